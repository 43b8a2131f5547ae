"""The words about time of each language; agent.calendar.phrases.vocabulary says how a table is read."""
