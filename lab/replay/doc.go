// Package replay ranks the services of recorded incidents from the recordings' files alone, without stores, with samples of
// requests such as stores would give. It is fast enough to try the same incident with many samples and with other
// thresholds; what it says of thresholds is measured so. What Faultline as a whole says of an incident is scored by package
// score.
package replay
