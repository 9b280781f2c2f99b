"""Is a claim supported, contradicted or not stated by a paper's abstract? The door is `verifier.Verifier`."""
