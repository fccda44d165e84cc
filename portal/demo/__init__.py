"""Made-up records, lifelike enough to look around in and to measure with.

Persons, employers, schools and banks do not exist. Numbers have valid check digits under area codes
that were never issued, so that none belongs to anybody. The same seed and day give the same rows.
"""
