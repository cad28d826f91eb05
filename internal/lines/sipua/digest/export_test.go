package digest

// Response opens the request digest to the test with the RFC's example.
func Response(a Algorithm, c Credentials, realm, method, uri string, p Params) string {
	return a.response(c, realm, method, uri, p)
}
