"""The editorial week: slots in wall-clock time, and the stretch of time that an edition gathers."""
