package secrets

import (
	"strings"
	"unicode"
)

// Words that make the name that they end a secret's: password, db_password, DB-Password, dbPassword. Written together with
// others they do too, as in mypassword, where they are long enough to be no part of another word.
var (
	secretWords = wordSet(`password passwd passwort passphrase passcode pwd pass pw secret secrets token jwt authorization cookie cookies credential
		credentials cred creds cvv cvc cvv2 otp totp pin signature sig hmac sid session sessionid sessid jsessionid phpsessid apikey apitoken accesskey
		secretkey privatekey accesstoken authtoken refreshtoken idtoken csrf xsrf csrftoken xsrftoken bearer dsn assertion samlresponse passkey mnemonic
		authkey masterkey sharedkey accountkey storagekey signingkey encryptionkey clientsecret licensekey sas ssn iban`)
	// keyed are the words before key, and paired those before others, that make a secret of both.
	keyed  = wordSet(`api access private secret account shared signing encryption encrypt decryption master auth client storage license subscription function host instrumentation service app application webhook session hmac aes rsa ssh gpg pgp tls ssl admin root consumer publishable routing integration`)
	paired = map[string]map[string]bool{
		"string": wordSet("connection"), "number": wordSet("card pan"), "code": wordSet("auth authorization verification security otp device"),
		"id": wordSet("session"), "sid": wordSet("connect"), "hash": wordSet("password passwd"), "phrase": wordSet("pass seed recovery"),
		"word": wordSet("pass"), "words": wordSet("pass"), "data": wordSet("secret"), "value": wordSet("secret password token"),
		"url": wordSet("webhook database connection"), "uri": wordSet("database connection"), "state": wordSet("oauth"),
	}
	longWords = []string{"password", "passwd", "passphrase", "apikey", "accesskey", "secretkey", "privatekey", "clientsecret", "credentials", "authtoken", "accesstoken",
		"refreshtoken", "sessionid", "sessid", "authorization"}
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// mostName is the length of the longest name that is looked at, in bytes.
const mostName = 128

// IsName says whether a name, as of an attribute, a header or a setting, is that of a secret.
func IsName(name string) bool {
	if len(name) > mostName {
		name = name[len(name)-mostName:]
	}
	words := wordsOf(name)
	n := len(words)
	if n == 0 {
		return false
	}
	last := words[n-1]
	if secretWords[last] {
		return true
	}
	for _, long := range longWords {
		if strings.HasSuffix(last, long) {
			return true
		}
	}
	if n == 1 {
		return false
	}
	before := words[n-2]
	return last == "key" && (keyed[before] || secretWords[before]) || paired[last][before]
}

// wordsOf splits a name at what stands between words, and where a capital follows a small letter; the words are in lower case.
// Digits at the end, as in password2, do not count.
func wordsOf(name string) []string {
	var split strings.Builder
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last):
			split.WriteByte(' ')
		}
		split.WriteRune(unicode.ToLower(r))
		last = r
	}
	words := strings.Fields(split.String())
	for len(words) > 0 {
		n := len(words) - 1
		if secretWords[words[n]] {
			break
		}
		words[n] = strings.TrimRight(words[n], "0123456789")
		if words[n] != "" {
			break
		}
		words = words[:n]
	}
	return words
}
