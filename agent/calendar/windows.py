"""The names Windows and Outlook have for time zones, as IANA names: the most used ones (CLDR, windowsZones).

A name stands for several places with the same rules; it is given as one whose IANA name every system has.
"""

_BY_CONTINENT = {
    "Europe": {
        "GMT": "London",
        "W. Europe": "Berlin",
        "Central Europe": "Budapest",
        "Central European": "Warsaw",
        "Romance": "Paris",
        "E. Europe": "Chisinau",
        "FLE": "Helsinki",
        "GTB": "Bucharest",
        "Russian": "Moscow",
        "Turkey": "Istanbul",
    },
    "America": {
        "Eastern": "New_York",
        "US Eastern": "Indiana/Indianapolis",
        "Central": "Chicago",
        "Canada Central": "Regina",
        "Mountain": "Denver",
        "US Mountain": "Phoenix",
        "Pacific": "Los_Angeles",
        "Alaskan": "Anchorage",
        "Atlantic": "Halifax",
        "Newfoundland": "St_Johns",
        "E. South America": "Sao_Paulo",
        "Argentina": "Argentina/Buenos_Aires",
        "SA Pacific": "Bogota",
        "Pacific SA": "Santiago",
        "Central Standard Time (Mexico)": "Mexico_City",
    },
    "Asia": {
        "Israel": "Jerusalem",
        "Arabian": "Dubai",
        "Arab": "Riyadh",
        "Pakistan": "Karachi",
        "India": "Kolkata",
        "SE Asia": "Bangkok",
        "China": "Shanghai",
        "Taipei": "Taipei",
        "Singapore": "Singapore",
        "Korea": "Seoul",
        "Tokyo": "Tokyo",
    },
    "Africa": {"South Africa": "Johannesburg", "Egypt": "Cairo", "W. Central Africa": "Lagos", "E. Africa": "Nairobi"},
    "Australia": {
        "AUS Eastern": "Sydney",
        "E. Australia": "Brisbane",
        "AUS Central": "Darwin",
        "Cen. Australia": "Adelaide",
        "W. Australia": "Perth",
    },
    "Pacific": {"New Zealand": "Auckland", "Hawaiian": "Honolulu"},
}


PLACES = {
    name if name.endswith(")") else f"{name} Standard Time": f"{continent}/{place}"
    for continent, places in _BY_CONTINENT.items()
    for name, place in places.items()
} | {"UTC": "Etc/UTC", "Coordinated Universal Time": "Etc/UTC"}


def iana(name: str) -> str:
    """Return the IANA name of a Windows zone such as "W. Europe Standard Time", "" for one that is not known."""
    return PLACES.get(name.strip(), "")
