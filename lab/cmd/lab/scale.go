package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/lab/scale"
	"github.com/faultline-investigation/faultline/lab/stack"
)

// measureScale investigates one incident in towns of several sizes, and prints what each cost.
func measureScale(ctx context.Context, s settings) error {
	if s.backend == "" {
		return errors.New("-backend is missing: give the path of the plugin's backend binary")
	}
	var sizes []int
	for text := range strings.SplitSeq(s.scale.sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 10 {
			return fmt.Errorf("%q is no number of services; SIZES takes numbers from 10 on, such as 10,100,1000", text)
		}
		sizes = append(sizes, n)
	}
	measured, err := scale.Measure(ctx, scale.Options{Sizes: sizes, Runs: s.scale.runs, Backend: s.backend, Log: os.Stderr, Stack: stack.Options{Progress: os.Stderr}})
	return errors.Join(scale.Print(os.Stdout, measured), err)
}
