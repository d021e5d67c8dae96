package convention_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
)

// What is read is asked for, and what is asked for without being read costs the store for nothing.
func TestOnlyMetricsOfUseAreAskedFor(t *testing.T) {
	t.Parallel()
	named, unused := regexp.MustCompile("^("+convention.InfrastructureNames+")$"), regexp.MustCompile("^("+convention.InfrastructureUnused+")$")
	for name, read := range map[string]bool{
		"container_cpu_usage_seconds_total": true, "container_memory_working_set_bytes": true, "container_memory_rss": true, "container_fs_writes_bytes_total": true,
		"container_network_receive_errors_total": true, "process_cpu_seconds_total": true, "system_disk_io_time_seconds_total": true, "jvm_memory_used_bytes": true,
		"container_memory_cache": false, "container_memory_failcnt": false, "container_spec_memory_limit_bytes": false, "container_cpu_cfs_periods_total": false,
		"container_network_transmit_bytes_total": false, "container_network_receive_packets_total": false, "node_memory_MemAvailable_bytes": false,
		"Container_Memory_Max_Bytes": false, "process_cpu_time_bucket": false,
	} {
		kind, _ := convention.InfrastructureKind(name)
		require.Equal(t, read, kind != "", name)
		require.Equal(t, read, named.MatchString(name) && !unused.MatchString(name), name)
	}
}
