"""What regions tells the apps below it."""

from django.dispatch import Signal

# A region was brought in or updated: region, facts (regions.folders.RegionFacts). In its scope.
region_loaded = Signal()

# The working-day table of the region in scope has changed; provisional due dates can be settled.
calendar_changed = Signal()
