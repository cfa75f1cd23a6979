"""What schemathesis has to know of Lintu: values of its scalars, ids that are on record, and what a server error is.

The environment says where the server is and who asks: LINTU_GRAPHQL, LINTU_KEY (of an administrator; for ids).
"""

import json
import os
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

KINDS = "divisions grids buildings households people units partyOrgs places teams doorbells".split()  # ten: the most at the root


def on_record():
    """Some ids of each kind."""
    query = "{" + " ".join(f"{kind}(first: 3) {{ nodes {{ id }} }}" for kind in KINDS) + "}"
    request = urllib.request.Request(
        os.environ["LINTU_GRAPHQL"],
        json.dumps({"query": query}).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Bearer " + os.environ["LINTU_KEY"],
            "X-Lintu-Purpose": "record-check",
        },
    )
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    return [node["id"] for kind in KINDS for node in answer["data"][kind]["nodes"]]


IDS = on_record()
assert len(IDS) > len(KINDS), IDS
ODD = st.text(max_size=30)
DAYS = st.dates().map(str)
INSTANTS = st.datetimes().map(lambda at: at.replace(microsecond=0).isoformat() + "+08:00")

schemathesis.graphql.scalar("ID", st.one_of(st.sampled_from(IDS), st.sampled_from(IDS), ODD).map(nodes.String))
schemathesis.graphql.scalar("Date", st.one_of(DAYS, DAYS, ODD).map(nodes.String))
schemathesis.graphql.scalar("DateTime", st.one_of(INSTANTS, INSTANTS, ODD).map(nodes.String))
schemathesis.graphql.scalar("GeoJSON", ODD.map(nodes.String))
schemathesis.graphql.scalar("Revision", st.integers(min_value=0, max_value=2**62).map(nodes.Int))
schemathesis.graphql.scalar("Meters", st.floats(min_value=-10, max_value=10_000).map(nodes.Float))
schemathesis.graphql.scalar("Latitude", st.floats(min_value=-91, max_value=91).map(nodes.Float))
schemathesis.graphql.scalar("Longitude", st.floats(min_value=-181, max_value=181).map(nodes.Float))

CODES = {
    "BAD_USER_INPUT",
    "CONFLICT",
    "FORBIDDEN",
    "LIMIT_EXCEEDED",
    "NOT_FOUND",
    "PERSISTED_QUERY_NOT_FOUND",
}


@schemathesis.check
def errors_are_the_callers(ctx, response, case):
    """Every error has a code, and says what the caller did: INTERNAL, TIMEOUT and UNAVAILABLE are the server's own."""
    for error in response.json().get("errors") or []:
        code = error.get("extensions", {}).get("code")
        assert code in CODES, f"{code}: {error['message']}"
