#!/usr/bin/env python3
"""Writes lengths.json: random graphs, and lengths of shortest paths in them as networkx finds them.

    pip install networkx==3.6.1
    python3 lengths.py > lengths.json

The seed is fixed, so that the same version of networkx and Python writes the same file. The test of package paths reads
it; it needs no Python.
"""

import json
import random

import networkx

KINDS = ["PERSON"] * 9 + ["UNIT"] * 3 + ["PARTY_ORG"] * 2 + ["TEAM"] * 2 + ["DIVISION"] * 2 + ["JOINT_COMMITTEE"]
RELATIONS = {  # allowed ends, and the kind of the node that a tie may refer to
    "WORKS_AT": (["PERSON"], ["UNIT"], None),
    "BELONGS_TO": (["PERSON"], ["PARTY_ORG"], None),
    "HOLDS_POST": (["PERSON"], ["UNIT", "PARTY_ORG", "TEAM", "DIVISION", "JOINT_COMMITTEE"], None),
    "IN_TEAM": (["PERSON"], ["TEAM"], None),
    "REGISTERED_WITH": (["PERSON"], ["DIVISION"], "UNIT"),
    "SITS_ON": (["PERSON"], ["JOINT_COMMITTEE"], "UNIT"),
    "SET_UP_ON": (["PARTY_ORG"], ["UNIT", "DIVISION"], None),
    "PAIRED_WITH": (["UNIT"], ["DIVISION"], None),
    "RESPONSIBLE_FOR": (["PERSON", "TEAM", "UNIT"], ["PARTY_ORG", "DIVISION"], None),
}
DAYS = ["2018-01-01", "2020-06-06", "2022-01-01", "2024-03-01", "2026-01-01", "2027-01-01"]
ASKED = ["2019-01-01", "2020-06-06", "2023-05-05", "2025-12-31", "2026-01-01"]


def span(rng, share):
    """A first day and the day of the end; empty texts are open."""
    if rng.random() > share:
        return ["", ""]
    a, b = sorted(rng.sample(range(len(DAYS)), 2))
    return [DAYS[a] if rng.random() < 0.7 else "", DAYS[b] if rng.random() < 0.7 else ""]


def holds(s, day):
    return (s[0] == "" or s[0] <= day) and (s[1] == "" or day < s[1])


def graph(rng, size, density):
    nodes = [[rng.choice(KINDS)] + span(rng, 0.1) for _ in range(size)]
    of = lambda kinds: [i for i, n in enumerate(nodes) if n[0] in kinds]
    ties, keys = [], set()
    while len(ties) < density * size:
        relation = rng.choice(sorted(RELATIONS))
        froms, tos, ref = RELATIONS[relation]
        if not of(froms) or not of(tos):
            continue
        a, b, valid = rng.choice(of(froms)), rng.choice(of(tos)), span(rng, 0.3)
        if (relation, a, b, valid[0]) in keys:
            continue
        keys.add((relation, a, b, valid[0]))
        refer = rng.choice(of([ref])) if ref and of([ref]) and rng.random() < 0.7 else -1
        ties.append([relation, a, b, refer] + valid)
    return nodes, ties


def seen(nodes, ties, relations, day):
    """The graph that is walked: ties that hold between living nodes, and from a tie's source to what it refers to."""
    g = networkx.Graph()
    g.add_nodes_from(i for i, n in enumerate(nodes) if holds(n[1:], day))
    for relation, a, b, refer, begin, end in ties:
        if (relations and relation not in relations) or not holds([begin, end], day) or a not in g or b not in g:
            continue
        g.add_edge(a, b)
        if refer in g:
            g.add_edge(a, refer)
    return g


def length(g, a, b, most):
    if a not in g or b not in g or not networkx.has_path(g, a, b):
        return -1
    n = networkx.shortest_path_length(g, a, b)
    return n if n <= most else -1


def main():
    rng = random.Random(20260301)
    out = []
    for size, density in [(12, 1.2), (25, 1.2), (40, 1.0), (40, 1.4), (60, 1.1), (60, 2.5), (90, 1.0), (120, 1.2)]:
        nodes, ties = graph(rng, size, density)
        questions = []
        for _ in range(40):
            a, b, day = rng.randrange(size), rng.randrange(size), rng.choice(ASKED)
            relations = sorted(rng.sample(sorted(RELATIONS), rng.randint(3, 7))) if rng.random() < 0.3 else []
            most = rng.choice([2, 4, 6, 6, 10])
            g = seen(nodes, ties, relations, day)
            if a in g and rng.random() < 0.7:  # somebody who can be reached, most often
                b = rng.choice(sorted(networkx.node_connected_component(g, a)))
            questions.append([a, b, relations, day, most, length(g, a, b, most)])
        out.append({"nodes": nodes, "ties": ties, "questions": questions})
    print('{"networkx": %s, "graphs": [' % json.dumps(networkx.__version__))
    for i, g in enumerate(out):
        lines = ['"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(row) for row in g[name])) for name in ("nodes", "ties", "questions")]
        print("{" + ",\n".join(lines) + "}" + ("," if i + 1 < len(out) else ""))
    print("]}")


if __name__ == "__main__":
    main()
