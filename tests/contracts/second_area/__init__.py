"""A second product area beside the first, added without touching backoffice/ or audit/."""
