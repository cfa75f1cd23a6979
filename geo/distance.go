package geo

import "math"

// EarthRadius is the mean radius of the earth (IUGG R1) in metres; distances
// are taken on a sphere of this radius.
const EarthRadius = 6371008.8

// halfTurn is the largest distance there is: between antipodes, in metres.
const halfTurn = math.Pi * EarthRadius

// A walk in a town is detourFactor times the straight line, at walkingSpeed
// metres per second: the one who walks is the helper, who hurries.
const (
	detourFactor = 1.3
	walkingSpeed = 1.8
)

// Unit is a point as a vector of length 1 from the centre of the sphere.
type Unit [3]float64

// Unit returns the point as a unit vector.
func (p Point) Unit() Unit {
	sinLat, cosLat := math.Sincos(radians(p.Lat))
	sinLon, cosLon := math.Sincos(radians(p.Lon))
	return Unit{cosLat * cosLon, cosLat * sinLon, sinLat}
}

// Chord2 returns the squared straight-line distance of two unit vectors, 0 to
// 4. It grows with the distance on the sphere, so comparing it with
// MaxChord2(r) answers "within r metres" without any trigonometry.
func Chord2(a, b Unit) float64 {
	dx, dy, dz := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	// The conversions forbid fused multiply-add, so that every processor
	// decides a point on the rim alike.
	return float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
}

// MaxChord2 returns the largest Chord2 of two points that are at most the
// given metres apart: (2 sin(r/2R))^2. A negative or NaN radius gives -1,
// which nothing is within; half the circumference or more gives +Inf, which
// everything is within.
func MaxChord2(metres float64) float64 {
	switch {
	case !(metres >= 0):
		return -1
	case metres >= halfTurn:
		return math.Inf(1)
	}
	c := 2 * math.Sin(metres/(2*EarthRadius))
	return c * c
}

// Distance returns the metres between two points on the sphere: 2R asin(c/2),
// c being the chord between their unit vectors. It equals the haversine
// distance, keeps full precision for near points, and is symmetric.
func Distance(a, b Point) float64 {
	return Metres(Chord2(a.Unit(), b.Unit()))
}

// Metres returns the distance in metres that belongs to a Chord2.
func Metres(chord2 float64) float64 {
	half := math.Sqrt(chord2) / 2
	// Rounding may push the chord of antipodes a hair above the diameter.
	return 2 * EarthRadius * math.Asin(math.Min(half, 1))
}

// WalkingMinutes estimates the minutes of a walk from the straight-line
// metres: a detour factor of 1.3 at 1.8 m/s.
func WalkingMinutes(metres float64) float64 {
	return metres * detourFactor / walkingSpeed / 60
}

// WalkingMetres returns the straight line that is so many minutes on foot: the
// inverse of WalkingMinutes.
func WalkingMetres(minutes float64) float64 {
	return minutes * 60 * walkingSpeed / detourFactor
}
