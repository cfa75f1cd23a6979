package tail_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"lintu/store/tail"
)

func TestWhoFollowsIsWokenAtOnceAndToldOnlyWhenItBeginsToFailAndWhenItIsWell(t *testing.T) {
	broken := errors.New("the cable is out")
	results := []error{nil, broken, broken, nil, nil, broken}
	ctx, stop := context.WithCancel(t.Context())
	wake := make(chan struct{}, 1)
	var told []error
	var times []int
	wake <- struct{}{}
	tail.Follow(ctx, time.Hour, wake, func(n int) error { // no poll comes: the wakes alone go on
		times = append(times, n)
		if n > len(results) {
			stop()
			return errors.New("the end")
		}
		wake <- struct{}{}
		return results[n-1]
	}, func(err error) { told = append(told, err) })
	if want := []int{1, 2, 3, 4, 5, 6, 7}; !slices.Equal(times, want) {
		t.Errorf("done %v", times)
	}
	if want := []error{broken, nil, broken}; !slices.Equal(told, want) {
		t.Errorf("told %v", told)
	}
}

func TestWhoFollowsGoesOnAfterEachPollUntilTheContextEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	tail.Follow(ctx, time.Millisecond, nil, func(int) error {
		if n++; n == 3 {
			stop()
		}
		return nil
	}, func(error) { t.Error("told of something") })
	if n != 3 {
		t.Errorf("done %d times", n)
	}
}
