"""What a session holds of ours."""

STARTED = "started_at"
SEEN = "seen_at"
STRUCTURE = "structure_id"
FACTOR = "second_factor"
