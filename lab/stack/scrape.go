package stack

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// scrapeJob is what Prometheus's configuration says about one address.
type scrapeJob struct {
	Name     string         `yaml:"job_name"`
	Interval string         `yaml:"scrape_interval"`
	Timeout  string         `yaml:"scrape_timeout"`
	Path     string         `yaml:"metrics_path"`
	Targets  []staticTarget `yaml:"static_configs"`
}

type staticTarget struct {
	Targets []string `yaml:"targets"`
}

// scraping writes the lab's Prometheus configuration with addresses to scrape beside, and gives the file.
func scraping(configs, data string, addresses []string) (string, error) {
	text, err := os.ReadFile(filepath.Join(configs, "prometheus", "prometheus.yaml"))
	if err != nil {
		return "", fmt.Errorf("the configuration of Prometheus: %w", err)
	}
	config := map[string]any{}
	if err := yaml.Unmarshal(text, &config); err != nil {
		return "", fmt.Errorf("the configuration of Prometheus: %w", err)
	}
	var jobs []scrapeJob
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return "", fmt.Errorf("%q is no address to scrape", address)
		}
		jobs = append(jobs, scrapeJob{Name: "faultline", Interval: "1s", Timeout: "1s", Path: u.Path, Targets: []staticTarget{{[]string{u.Host}}}})
	}
	config["scrape_configs"] = jobs
	if text, err = yaml.Marshal(config); err != nil {
		return "", fmt.Errorf("the configuration of Prometheus: %w", err)
	}
	file := filepath.Join(data, "prometheus.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return "", fmt.Errorf("the configuration of Prometheus: %w", err)
	}
	return file, nil
}
