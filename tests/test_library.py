from tests.conftest import opened


def test_probe_sample(sample_copy, embedder):
    library = opened(sample_copy, embedder)
    assert library.catalogue.count() == 40
    assert library.search("attention")[0].paper.title
    print(library.index_name)
    library.close()


def test_probe_seeds(seed_copy, embedder):
    library = opened(seed_copy, embedder)
    assert library.catalogue.count() == 212
    library.close()
