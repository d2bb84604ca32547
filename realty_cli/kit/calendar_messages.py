"""What errors and warnings of the calendar say: a part of the table in `messages`."""

from __future__ import annotations

CALENDAR_MESSAGES: dict[str, str] = {
    "rrule.below_a_day": "An event repeats by the day at the most often. Choose DAILY, WEEKLY, MONTHLY or YEARLY.",
    "rrule.calendar_scale": "Rules of other calendars (RSCALE, SKIP) are not understood. Write the rule without them.",
    "rrule.empty": "The rule is empty. Write for instance FREQ=WEEKLY;BYDAY=MO.",
    "rrule.frequency": "A rule needs FREQ, one of: {known}.",
    "rrule.never": "No day of the year satisfies this rule. Correct BYMONTH or BYMONTHDAY.",
    "rrule.nth_day": "“{part}” counts weekdays within a month or a year only. Leave the number out, or use FREQ=MONTHLY.",
    "rrule.number": "{part} takes whole numbers from {least} to {most}, without zero where it may be negative.",
    "rrule.one": "An event takes one rule. Enter the others as events of their own, or as single dates.",
    "rrule.part": "“{part}” is not understood. A rule is written as FREQ=WEEKLY;BYDAY=MO,TH.",
    "rrule.part_not_entered": "Calendars read {part} differently. Use BYDAY, BYMONTHDAY, BYMONTH and BYSETPOS.",
    "rrule.too_dense": "The rule repeats more than {most} times a day. Leave out some hours or minutes.",
    "rrule.too_long": "A rule has at most {most} characters.",
    "rrule.too_many": "An event takes at most {most} rules.",
    "rrule.two_ends": "A rule ends by COUNT or by UNTIL. Leave one of them.",
    "rrule.until": "UNTIL is written as 20261231 or 20261231T235959Z.",
    "rrule.until_before_start": "The rule ends before the event begins. Move UNTIL, or leave it out.",
    "rrule.week_number": "BYWEEKNO goes with FREQ=YEARLY only.",
    "series.no_such_date": "The series has no event at {id}. See its dates in the list of events.",
    "series.no_split": "The series does not go on from this date by one rule. Change this one (scope=this) or all (scope=all).",
    "series.not_repeated": "Event {id} does not repeat, so there is nothing to choose: leave scope out.",
    "series.rule_of_one": "A single event of a series has no rule of its own. Change it for all: scope=following or scope=all",
    "series.too_many_dates": "A series takes at most {most} single dates.",
}
