package config

import (
	"bytes"
	"strings"
	"testing"
)

func TestKeysOrAnIssuerOpenOtherAddresses(t *testing.T) {
	for _, args := range [][]string{
		{"--keys-file", "data/keys.json"}, {"--oidc-issuer", "https://id.example.cn/realms/town", "--oidc-audience", "lintu"},
	} {
		c := load(t, nil, append([]string{"--addr", "0.0.0.0:8080"}, args...)...)
		if err := c.Validate(); err != nil || !c.AsksWho() {
			t.Errorf("%v: %v", args, err)
		}
	}
	c := load(t, nil)
	if err := c.Validate(); err != nil || c.AsksWho() {
		t.Errorf("nothing set: %v", err)
	}
	c = load(t, nil, "--oidc-issuer", "http://127.0.0.1:9000/realms/town", "--oidc-audience", "lintu", "--oidc-algorithms", "PS256, EdDSA", "--oidc-roles-claim", "realm_access.roles", "--oidc-role-prefix", "lintu-")
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if o := c.OIDC; o.Issuer != "http://127.0.0.1:9000/realms/town" || o.Audience != "lintu" || strings.Join(o.Algorithms, " ") != "PS256 EdDSA" || o.Roles != "realm_access.roles" ||
		o.RolePrefix != "lintu-" || o.Areas != "lintu_areas" || o.Person != "lintu_person" {
		t.Errorf("%+v", o)
	}
}

func TestAnIssuerThatCouldNotBeTrustedIsRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--oidc-issuer", "http://id.example.cn/realms/town", "--oidc-audience", "lintu"}, "without TLS"},
		{[]string{"--oidc-issuer", "id.example.cn", "--oidc-audience", "lintu"}, "is not the address of an issuer"},
		{[]string{"--oidc-issuer", "https://user:pass@id.example.cn", "--oidc-audience", "lintu"}, "is not the address of an issuer"},
		{[]string{"--oidc-issuer", "https://id.example.cn?x=1", "--oidc-audience", "lintu"}, "is not the address of an issuer"},
		{[]string{"--oidc-issuer", "https://id.example.cn"}, "needs the audience that its tokens must be for: set LINTU_OIDC_AUDIENCE"},
		{[]string{"--oidc-issuer", "https://id.example.cn", "--oidc-audience", "lintu", "--oidc-roles-claim", ""}, "write the claim that holds the roles"},
		{[]string{"--oidc-algorithms", "HS256"}, "no algorithm of signatures with a public key"},
		{[]string{"--oidc-algorithms", "RS256,none"}, "no algorithm of signatures with a public key"},
		{[]string{"--oidc-algorithms", ""}, "no algorithm of signatures with a public key"},
	} {
		err := load(t, nil, c.args...).Validate()
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%v: %v", c.args, err)
		}
	}
	c := load(t, nil, "--oidc-audience", "lintu")
	if err := c.Validate(); err != nil || len(c.Warnings) != 1 {
		t.Errorf("an audience alone: %v, %q", err, c.Warnings)
	}
}

func TestAKeyInPlaceOfTheFileOfKeysIsNotRepeated(t *testing.T) {
	const key = "lintu_abcdefghij_s3crets3cret"
	c := load(t, nil, "--keys-file", key)
	err := c.Validate()
	var out bytes.Buffer
	if printed := c.Print(&out); err == nil || printed != nil || strings.Contains(err.Error()+out.String(), "s3cret") {
		t.Errorf("%v\n%s", err, &out)
	}
}
