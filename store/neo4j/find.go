package neo4j

import "lintu/kg"

// How a write transaction finds nodes: by their ids, or, where it has a ledger of the load, by the database's own
// numbers, since a large load does without the index of ids. A number belongs to another node when its own was deleted,
// so what is found by it must have the id that is asked for.

// matchNodes finds some nodes, as v; the statement's parameters are those of atNodes. Statements of a transaction name
// their index and keep their first plan, since a plan that was made while the graph was empty must do for a load of a
// million nodes.
func (t *tx) matchNodes(v string) string {
	if t.ledger != nil {
		return "UNWIND $nos AS no MATCH (" + v + ") WHERE id(" + v + ") = no AND " + v + ".id IN $ids WITH " + v + " "
	}
	return "UNWIND $ids AS id MATCH (" + v + ":" + nodeLabel + " {id: id}) USING INDEX " + v + ":" + nodeLabel + "(id) WITH " + v + " "
}

// atNodes are the parameters of matchNodes; nil where no node can have one of the ids.
func (t *tx) atNodes(ids []kg.ID) params {
	if len(ids) == 0 {
		return nil
	}
	if t.ledger == nil {
		return params{"ids": texts(ids)}
	}
	nos, known := make([]int64, 0, len(ids)), make([]string, 0, len(ids))
	for _, id := range ids {
		if no, ok := t.ledger.number(id); ok {
			nos, known = append(nos, no), append(known, string(id))
		}
	}
	if len(nos) == 0 {
		return nil
	}
	return params{"nos": nos, "ids": known}
}

// matchNode finds the node of a row, as v, by what handle gives as the row's column. The node must exist.
func (t *tx) matchNode(v, column string) string {
	if t.ledger != nil {
		return "MATCH (" + v + ") WHERE id(" + v + ") = " + column + " "
	}
	return "MATCH (" + v + ":" + nodeLabel + " {id: " + column + "}) "
}

// handle is what matchNode finds a node by.
func (t *tx) handle(id kg.ID) any {
	if t.ledger == nil {
		return string(id)
	}
	if no, ok := t.created[id]; ok {
		return no
	}
	no, _ := t.ledger.number(id)
	return no
}
