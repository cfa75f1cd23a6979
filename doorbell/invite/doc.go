// Package invite is the signed link in a message and the plain page behind it: whoever was called says yes or no there,
// with any telephone, without an account and without a script.
//
// A link opens one alert and nothing else. It is signed under a key that is derived from the installation's, ends after a
// day, and moves nothing once the ring is closed. Before a yes the page shows a distance; the door and the word stand on
// it only after the yes and only while the ring is open. Opening it says that the message was seen; every other move is
// made by a form that carries a proof of the state it was shown for, so that no other page and no stale one can send it.
package invite
