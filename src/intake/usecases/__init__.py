"""One file per thing a person does: each takes an `Environment`, returns a frozen result, and draws nothing."""
