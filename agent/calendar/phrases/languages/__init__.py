"""What words about time there are, one table for each language; agent.calendar.phrases.vocabulary says how to read them."""
