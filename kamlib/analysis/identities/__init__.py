"""Who is the customer: accounts that may be one company, how sure that is, what hangs on it."""
