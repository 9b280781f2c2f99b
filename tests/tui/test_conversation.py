"""A long conversation: a window of widgets that follows the reader."""

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from assistant.conversation import Turn
from assistant.events import Answer, Claim, Quote, Source
from assistant.tui.exchange import Exchange
from assistant.tui.widgets.conversation import MOST, Conversation, Move, Question
from store.records import Hit, Paper


class Alone(App[None]):
    """Nothing but a conversation."""

    def compose(self) -> ComposeResult:
        yield Conversation()

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def asked(self) -> list[str]:
        return [str(question.content) for question in self.query(Question)]


async def scrolled_home(app: Alone, pilot: Pilot[None]) -> None:
    """Scroll up, and wait until earlier questions have come and nothing moves any more."""
    before = app.asked[0]
    app.conversation.scroll_home(animate=False)
    for _ in range(200):
        await pilot.pause(0.02)
        if app.asked[0] != before and app.conversation._move is Move.NONE:
            return


def exchange(number: int) -> Exchange:
    text = f"Sentence {number}."
    source = Source(1, Hit(1, Paper("A title", abstract=text, key="k"), 1.0, text))
    answer = Answer(f"Question {number}?", True, text, (Claim(text, (1,), "quoted", (Quote(1, text),)),), (source,))
    return Exchange.of(Turn(answer.question, answer))


async def test_five_thousand_questions_are_shown_by_a_few_widgets_and_all_can_be_reached() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        app.conversation.show([exchange(number) for number in range(5000)])
        await pilot.pause()
        assert app.asked[-1] == "Question 4999?"
        assert len(app.asked) <= MOST
        seen = set(app.asked)
        for _ in range(16):
            await scrolled_home(app, pilot)
            assert len(app.asked) <= MOST
            numbers = [int(name.split()[1][:-1]) for name in app.asked]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            seen |= set(app.asked)
        assert len(seen) > 2 * MOST
        app.conversation.end()
        for _ in range(200):
            await pilot.pause(0.02)
            if app.asked[-1] == "Question 4999?" and app.conversation.scroll_y == app.conversation.max_scroll_y:
                break
        assert app.asked[-1] == "Question 4999?"
        assert app.conversation.scroll_y == app.conversation.max_scroll_y


async def test_what_one_reads_stays_in_place_while_earlier_entries_come() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        app.conversation.show([exchange(number) for number in range(100)])
        await pilot.pause()
        first = app.query(Question).first()
        await scrolled_home(app, pilot)
        assert app.asked[0] != str(first.content)
        assert first.region.y in range(0, 4)
        for _ in range(60):
            app.conversation.scroll_end(animate=False)
            await pilot.pause(0.02)
        assert app.asked[-1] == "Question 99?"


async def test_a_new_question_brings_the_end_back_and_old_entries_go() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        app.conversation.show([exchange(number) for number in range(MOST)])
        for number in range(MOST, 2 * MOST):
            app.conversation.ask(exchange(number), show_evidence=False)
            await pilot.pause()
        assert len(app.asked) <= MOST
        for _ in range(4):
            app.conversation.scroll_home(animate=False)
            await pilot.pause()
            await pilot.pause()
        app.conversation.ask(exchange(1000), show_evidence=False)
        await pilot.pause()
        assert app.asked[-1] == "Question 1000?"
        app.conversation.drop(app.conversation.entries[-1])  # type: ignore[arg-type]
        await pilot.pause()
        assert app.asked[-1] == f"Question {2 * MOST - 1}?"
