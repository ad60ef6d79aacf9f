"""Whose turn it is."""

from __future__ import annotations

import pytest

from renkei.stores.turns import Full, Turns


def test_who_came_first_is_first() -> None:
    turns, woken = Turns(1, 2), []
    assert turns.take(lambda: None)
    assert not turns.take(lambda: woken.append("a"))
    assert not turns.take(lambda: woken.append("b"))
    with pytest.raises(Full):
        turns.take(lambda: None)
    turns.give_back()
    assert (woken, turns.running, turns.waiting) == (["a"], 1, 1)
    turns.give_back()
    turns.give_back()
    assert (woken, turns.running, turns.waiting) == (["a", "b"], 0, 0)


def test_who_leaves_gets_no_turn() -> None:
    turns = Turns(1, 2)
    turns.take(lambda: None)

    def wake() -> None:
        raise AssertionError

    turns.take(wake)
    assert turns.leave(wake)
    assert not turns.leave(wake)
    turns.give_back()
    assert turns.running == 0
