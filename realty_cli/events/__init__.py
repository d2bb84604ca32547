"""The calendar: events, their recurrence, conflicts and free times, and the calendars it is kept in step with."""
