package hlc_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/hlc"
)

func TestStampsFollowTheWallClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := hlc.New(7, 0)
		a, b := c.Now(), c.Now()
		if a.At != hlc.At(time.Now()) || b.At != a.At+1 || a.Node != 7 {
			t.Errorf("two stamps of a millisecond are %v and %v", a, b)
		}
		time.Sleep(time.Second)
		if d := c.Now(); !d.At.Time().Equal(time.Now()) {
			t.Errorf("a second later the clock says %v, it is %v", d.At, time.Now())
		}
	})
}

func TestAClockThatLostTheTimeDoesNotGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := hlc.At(time.Now().Add(30 * 24 * time.Hour)) // the last run knew the time
		c := hlc.New(1, before)
		if v := c.Now(); v.At != before+1 {
			t.Errorf("after a restart the clock says %v, want just after %v", v.At, before)
		}
	})
}

func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := hlc.New(1, 0)
		near := hlc.At(time.Now().Add(hlc.MaxAhead))
		if err := c.Observe(near); err != nil {
			t.Fatal(err)
		}
		if v := c.Now(); v.At != near+1 {
			t.Errorf("after %v the clock says %v", near, v.At)
		}
		if err := c.Observe(hlc.At(time.Now().Add(hlc.MaxAhead + time.Millisecond))); err == nil {
			t.Error("a stamp too far ahead was taken")
		}
		if c.Last() != near+1 {
			t.Errorf("a refused stamp moved the clock to %v", c.Last())
		}
	})
}

func TestNoStampIsMadeTwice(t *testing.T) {
	c := hlc.New(1, 0)
	var mu sync.Mutex
	seen := map[hlc.Stamp]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20_000 {
				v := c.Now()
				mu.Lock()
				if seen[v.At] {
					t.Errorf("%v was made twice", v.At)
				}
				seen[v.At] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestVersionsOfOneStampAreOrderedByNode(t *testing.T) {
	a, b := hlc.Version{At: 5, Node: 1}, hlc.Version{At: 5, Node: 2}
	if !b.After(a) || a.After(b) || a.After(a) || !(hlc.Version{At: 6}).After(b) {
		t.Error("the order is wrong")
	}
}
