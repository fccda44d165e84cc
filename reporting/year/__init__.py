"""What looks at a whole year, or tells of a month: targets, key enterprises, pictures, the bulletin,
the report at the year's end."""
