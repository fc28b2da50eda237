"""The schedule of the resident syncer: what is due when, for any order of events."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.schedule import RING_GAP, SLEPT, Due, Schedule, Sleep


def most(_: float, high: float) -> float:
    """The longest wait there may be."""
    return high


def planned(*, now: float = 1000.0, bell: bool = False, **more) -> Schedule:
    """Return a schedule whose first cycle, which found nothing, has just ended."""
    times = {"quiet": 2.0, "ceiling": 10.0, "rescan": 60.0, "poll": 15.0} | more
    schedule = Schedule(**times, now=now, uniform=most)
    schedule.began(Due.CYCLE, now)
    schedule.ended(Due.CYCLE, now, found=False, received=False, bell=bell)
    return schedule


def test_it_begins_with_a_whole_cycle():
    """A new syncer looks at everything at once."""
    assert Due.CYCLE is Schedule(quiet=2, ceiling=10, rescan=60, poll=15, now=5, uniform=most).due(5)


def test_after_a_cycle_nothing_is_due():
    """Between two cycles there is peace, up to the next question to the remote."""
    schedule = planned()

    assert [Due.NOTHING, Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1000, 1017.9, 1018)]


def test_a_change_waits_for_its_burst():
    """A change is synced when it has been quiet for two seconds."""
    schedule = planned()
    schedule.change(1001)
    schedule.change(1002)

    assert [Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1003.9, 1004)]


def test_a_ring_is_followed_at_once_but_not_all_the_time():
    """A ring begins a cycle, but none within two seconds of the last: a bell gone mad costs a question each two seconds."""
    schedule = planned(poll=600.0)
    schedule.ring()

    assert [Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1001.9, 1000 + RING_GAP)]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=200))
def test_however_often_it_rings(rings):
    """No order of rings makes more than a cycle each two seconds."""
    schedule = planned(poll=1e6, rescan=1e6)
    began: list[float] = [1000.0]
    for moment in sorted(rings):
        schedule.ring()
        now = 1000.0 + moment
        if schedule.due(now) is not Due.NOTHING:
            schedule.began(Due.CYCLE, now)
            schedule.ended(Due.CYCLE, now, found=False, received=False, bell=True)
            began.append(now)

    assert all(later - earlier >= RING_GAP for earlier, later in itertools.pairwise(began))


def test_somebody_who_comes_is_not_kept_waiting():
    """A session's beginning, waking up, a new network: a cycle now, which waits for no back-off."""
    schedule = planned()
    schedule.call(1000.1)

    assert Due.AT_ONCE is schedule.due(1000.1)


def test_while_a_cycle_is_at_the_remote_only_looks_are_due():
    """A change is captured after its burst, whatever rings or is due; no second whole cycle begins."""
    schedule = planned()
    schedule.began(Due.CYCLE, 1020)
    schedule.ring()
    schedule.call(1021)
    quiet = schedule.due(1070)
    schedule.change(1071)

    assert [Due.NOTHING, Due.NOTHING, Due.LOOK] == [quiet, schedule.due(1072), schedule.due(1073)]


def test_what_was_captured_meanwhile_is_sent_at_once():
    """A look that found something while a cycle was under way is followed by a whole cycle."""
    schedule = planned(poll=600.0)
    schedule.began(Due.CYCLE, 1600)
    schedule.began(Due.LOOK, 1601)
    schedule.ended(Due.LOOK, 1601, found=True, received=False, bell=True)
    schedule.ended(Due.CYCLE, 1602, found=False, received=False, bell=True)
    soon = schedule.due(1602)
    schedule.began(Due.CYCLE, 1602)
    schedule.ended(Due.CYCLE, 1603, found=False, received=False, bell=True)

    assert (Due.CYCLE, Due.NOTHING) == (soon, schedule.due(1604))


def test_what_was_captured_meanwhile_waits_for_a_back_off():
    """Where the remote did not answer, what was captured meanwhile does not hurry the next question to it."""
    schedule = planned(poll=600.0)
    schedule.began(Due.CYCLE, 1600)
    schedule.began(Due.LOOK, 1601)
    schedule.ended(Due.LOOK, 1601, found=True, received=False, bell=True)
    schedule.ended(Due.CYCLE, 1660, found=False, received=False, bell=True, retry=30.0)

    assert (Due.NOTHING, Due.CYCLE) == (schedule.due(1689), schedule.due(1690))


def test_a_rescan_looks_at_the_folder_only():
    """The look at the folder each minute asks nobody, so that an idle machine is quiet on the network."""
    schedule = planned(poll=600.0)

    assert Due.LOOK is schedule.due(1060)


def test_what_a_look_finds_is_sent():
    """A look that captured something is followed by a whole cycle."""
    schedule = planned(poll=600.0)
    schedule.began(Due.LOOK, 1060)
    schedule.ended(Due.LOOK, 1061, found=True, received=False, bell=False)

    assert Due.CYCLE is schedule.due(1061)


def test_an_idle_look_leaves_the_next_question_where_it_was():
    """Looking at the folder puts off no question to the remote, and does not count as one."""
    schedule = planned(poll=100.0)
    schedule.began(Due.LOOK, 1060)
    schedule.ended(Due.LOOK, 1061, found=False, received=False, bell=False)

    assert [Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1062, 1120)]


def idle_gaps(schedule: Schedule, now: float, count: int, *, bell: bool = False) -> list[float]:
    """Return the seconds between the next so many questions to the remote, where nothing ever happens."""
    gaps = []
    for _ in range(count):
        asked = now
        while schedule.due(now) is not Due.CYCLE:
            now += 1
        schedule.began(Due.CYCLE, now)
        schedule.ended(Due.CYCLE, now, found=False, received=False, bell=bell)
        gaps.append(now - asked)
    return gaps


def test_questions_become_rare_when_nobody_works():
    """Every 15 s for ten minutes, then 60 s up to five minutes apart (here with the longest jitter: 18, 72 … 360)."""
    gaps = idle_gaps(planned(rescan=1e9), 1000.0, 45)

    assert [18.0] * 33 == gaps[:33]
    assert 360.0 == gaps[-1]


def test_a_doorbell_makes_questions_five_times_as_rare():
    """Polling is the second line then: 90 s instead of 18."""
    assert [90.0] == idle_gaps(planned(bell=True, rescan=1e9), 1000.0, 1, bell=True)


def test_somebody_at_work_is_told_soon():
    """A sign of life brings the quick pace back from the next question on."""
    schedule = planned(rescan=1e9)
    idle_gaps(schedule, 1000.0, 40)
    schedule.activity(9000)
    schedule.began(Due.CYCLE, 9001)
    schedule.ended(Due.CYCLE, 9001, found=False, received=False, bell=False)

    assert Due.CYCLE is schedule.due(9019)


def test_a_lane_that_failed_is_tried_when_it_may_be():
    """A back-off that ends before the next question brings it forward, but not into the same second."""
    schedule = planned(poll=600.0)
    schedule.began(Due.CYCLE, 1001)
    schedule.ended(Due.CYCLE, 1001, found=False, received=False, bell=False, retry=7.0)
    early = [schedule.due(t) for t in (1007.9, 1008)]
    schedule.ended(Due.CYCLE, 1001, found=False, received=False, bell=False, retry=0.0)

    assert [Due.NOTHING, Due.CYCLE] == early
    assert [Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1001.9, 1002)]


def test_a_cycle_that_another_program_was_in_the_way_of_comes_soon():
    """Where somebody else syncs, it is looked again in a second."""
    schedule = planned()
    schedule.missed(Due.CYCLE, 1001)
    schedule.missed(Due.LOOK, 1001)

    assert [Due.NOTHING, Due.CYCLE] == [schedule.due(t) for t in (1001.5, 1002)]


EVENTS = st.lists(
    st.tuples(st.sampled_from(["change", "ring", "call", "activity", "run"]), st.floats(0, 30)), max_size=60
)


@given(EVENTS)
def test_nothing_is_forgotten(events):
    """Whatever happens in whatever order, a change is synced at most a ceiling (and a ring two seconds) after it came."""
    schedule = planned(poll=1e6, rescan=1e6)
    now, owed = 1000.0, False
    for event, gap in events:
        now += gap
        match event:
            case "change":
                schedule.change(now)
                owed = True
            case "ring":
                schedule.ring()
                owed = True
            case "call":
                schedule.call(now)
                owed = True
            case "activity":
                schedule.activity(now)
            case "run" if (due := schedule.due(now)) is not Due.NOTHING:
                schedule.began(due, now)
                schedule.ended(due, now, found=False, received=False, bell=False)
                owed = False
    assert not owed or schedule.due(now + 10.0) is not Due.NOTHING


def test_sleep_shows_in_the_wall_clock():
    """On Linux the monotonic clock stands still while the machine sleeps: the difference tells."""
    clocks = Sleep(10.0, 5000.0)

    assert [False, True, False] == [
        clocks.is_over(11, 5001),
        clocks.is_over(12, 5002 + SLEPT + 1),
        clocks.is_over(13, 5034),
    ]


def test_a_loop_that_stood_still_woke_up():
    """Where the monotonic clock goes on, a gap between two looks tells; a long cycle is left out."""
    clocks = Sleep(10.0, 5000.0)
    clocks.skip(200.0, 5190.0)

    assert [False, True] == [clocks.is_over(201, 5191), clocks.is_over(202 + SLEPT, 5192 + SLEPT)]


def test_a_clock_that_is_set_back_wakes_nobody():
    """A wall clock that jumps back is no sleep."""
    assert not Sleep(10.0, 5000.0).is_over(11.0, 1000.0)
