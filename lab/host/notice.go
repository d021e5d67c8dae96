package host

import "net/http"

// Notice is what the bar of the page says of the lab.
type Notice struct {
	// Text is a sentence for whoever reads the page; empty for none.
	Text string `json:"text"`
	// Busy says that something is under way, so that the page asks again.
	Busy bool `json:"busy"`
	// Link leads to what else there is to see; nil for nothing.
	Link *NoticeLink `json:"link,omitempty"`
	// From and Instead: a page that shows an investigation of the data source From goes on to the address Instead. Both are
	// empty where there is nothing to go on to.
	From    string `json:"from,omitempty"`
	Instead string `json:"instead,omitempty"`
}

// NoticeLink is a link in a notice.
type NoticeLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

func (s *site) notice(w http.ResponseWriter, _ *http.Request) {
	var n Notice
	if s.Notice != nil {
		n = s.Notice()
	}
	answer(w, http.StatusOK, n)
}
