package reach_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source/reach"
)

func TestOwnNetworksAreReachedAndCredentialsAreNot(t *testing.T) {
	t.Parallel()
	for _, own := range []string{"10.0.0.1:80", "127.0.0.1:80", "[::1]:80", "192.168.1.1:443", "[fd12::1]:443", "8.8.8.8:443", "[::ffff:10.0.0.1]:80"} {
		require.NoError(t, reach.NotLinkLocal("tcp", own, nil), own)
	}
	for _, refused := range []string{"169.254.169.254:80", "[fe80::1%eth0]:80", "[::ffff:169.254.169.254]:80", "[fd00:ec2::254]:80", "100.100.100.200:80",
		"0.0.0.0:80", "[::]:80", "224.0.0.1:80", "nonsense"} {
		require.ErrorIs(t, reach.NotLinkLocal("tcp", refused, nil), reach.ErrLinkLocal, refused)
	}
}

func TestOnlyPublicAddressesAreEveryones(t *testing.T) {
	t.Parallel()
	for address, public := range map[string]bool{"8.8.8.8:443": true, "[2606:4700::1111]:443": true, "10.1.2.3:80": false, "127.0.0.1:80": false,
		"169.254.169.254:80": false, "100.64.0.1:80": false, "[::ffff:192.168.0.1]:80": false, "[64:ff9b::a00:1]:80": false, "nonsense": false} {
		assert.Equal(t, public, reach.PublicOnly("tcp", address, nil) == nil, address)
	}
}
