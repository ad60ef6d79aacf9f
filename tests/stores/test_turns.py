"""Whose turn it is."""

from __future__ import annotations

import pytest

from renkei.stores.queue import FairQueue, Full


class Waiting:
    """Who waits, by name: those who were given a turn, and those who lost their place."""

    def __init__(self, turns: FairQueue) -> None:
        self._turns = turns
        self.given: list[str] = []
        self.lost: list[str] = []

    def take(self, name: str, client: str = "") -> bool:
        """Take a turn under *name* for *client*."""
        return self._turns.take(
            lambda given: (self.given if given else self.lost).append(name), client
        )


def test_who_came_first_is_first() -> None:
    turns = FairQueue(1, 2)
    waiting = Waiting(turns)
    assert waiting.take("at once")
    assert not waiting.take("a")
    assert not waiting.take("b")
    with pytest.raises(Full):
        waiting.take("c")
    turns.give_back()
    assert (waiting.given, turns.running, turns.waiting) == (["a"], 1, 1)
    turns.give_back()
    turns.give_back()
    assert (waiting.given, turns.running, turns.waiting) == (["a", "b"], 0, 0)


def test_who_leaves_gets_no_turn() -> None:
    turns = FairQueue(1, 2)
    turns.take(lambda given: None)

    def wake(given: bool) -> None:
        raise AssertionError

    turns.take(wake)
    assert turns.leave(wake)
    assert not turns.leave(wake)
    turns.give_back()
    assert turns.running == 0


def test_clients_are_served_in_turn_however_many_requests_one_has() -> None:
    turns = FairQueue(1, 20)
    waiting = Waiting(turns)
    turns.take(lambda given: None, "many")
    for number in range(4):
        waiting.take(f"many {number}", "many")
    waiting.take("one", "other")
    order = []
    for client in ("many", "many", "other", "many", "many"):
        turns.give_back(client)
        order = list(waiting.given)
    assert order == ["many 0", "one", "many 1", "many 2", "many 3"]


def test_a_full_queue_has_room_for_a_client_who_waits_with_less() -> None:
    """The newest of the client with most gives way; equals are refused."""
    turns = FairQueue(1, 3)
    waiting = Waiting(turns)
    turns.take(lambda given: None, "many")
    for number in range(3):
        waiting.take(f"many {number}", "many")
    assert not waiting.take("one", "other")
    assert (waiting.lost, turns.waiting) == (["many 2"], 3)
    with pytest.raises(Full):
        waiting.take("two", "other")


def test_one_client_cannot_have_all_the_work() -> None:
    """Long requests that stand aside count; another client passes at once."""
    turns = FairQueue(2, 9, each=3)
    waiting = Waiting(turns)
    for _ in range(3):
        assert turns.take(lambda given: None, "many")
        turns.step_aside()
    assert not waiting.take("fourth", "many")
    assert waiting.take("one", "other")
    turns.end("many")
    assert (waiting.given, turns.running) == (["fourth"], 2)


def test_a_turn_is_taken_at_once_only_where_one_is_free_and_nobody_waits_for_it_then() -> None:
    turns = FairQueue(1, 2)
    assert turns.take_now("a")
    assert not turns.take_now("b")
    assert (turns.running, turns.waiting) == (1, 0)
    turns.give_back("a")
    assert turns.take_now("b")
