"""月末核对: the employer's page of a month, and what the district reads of it."""
