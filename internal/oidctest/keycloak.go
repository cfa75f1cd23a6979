//go:build unix

package main

import (
	"archive/zip"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// version is Keycloak's; it runs on Java 17.
const version = "26.3.5"

const (
	realm  = "town"
	client = "desk"
)

// keycloak is a server of Keycloak in its mode for development.
type keycloak struct {
	*process
	base     string
	password string // of its administrator, and of the users
	admin    string // the administrator's token
}

// fetch is the archive of Keycloak, which Maven fetches once.
func fetch(ctx context.Context) (string, error) {
	dir, err := cache()
	if err != nil {
		return "", err
	}
	name := "keycloak-quarkus-dist-" + version + ".zip"
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	partial, err := os.MkdirTemp(dir, "keycloak-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	fmt.Printf("fetching Keycloak %s with Maven, once (155 MB) ...\n", version)
	out, err := exec.CommandContext(ctx, "mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
		"-Dartifact=org.keycloak:keycloak-quarkus-dist:"+version+":zip", "-DoutputDirectory="+partial).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("maven: %w: %s", err, out)
	}
	return path, os.Rename(filepath.Join(partial, name), path)
}

// unpack unpacks an archive into a folder.
func unpack(archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if !filepath.IsLocal(f.Name) {
			return fmt.Errorf("%s leads out of the archive", f.Name)
		}
		if err := unpackFile(f, filepath.Join(dir, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	return nil
}

func unpackFile(f *zip.File, to string) error {
	if f.FileInfo().IsDir() {
		return os.MkdirAll(to, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, from); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// startKeycloak starts Keycloak in a folder, and waits until its administrator can sign on.
func startKeycloak(ctx context.Context, dir string) (*keycloak, error) {
	archive, err := fetch(ctx)
	if err != nil {
		return nil, err
	}
	if err := unpack(archive, dir); err != nil {
		return nil, err
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(addr, ":")
	kc := &keycloak{base: "http://" + addr, password: rand.Text()}
	began := time.Now()
	kc.process, err = start(filepath.Join(dir, "keycloak.log"),
		[]string{"KC_BOOTSTRAP_ADMIN_USERNAME=admin", "KC_BOOTSTRAP_ADMIN_PASSWORD=" + kc.password, "JAVA_OPTS_KC_HEAP=-Xmx512m"},
		filepath.Join(dir, "keycloak-"+version, "bin", "kc.sh"), "start-dev", "--http-host=127.0.0.1", "--http-port="+port)
	if err != nil {
		return nil, err
	}
	if err := kc.until(ctx, kc.base+"/realms/master"); err != nil {
		kc.end()
		return nil, err
	}
	say("Keycloak %s answers after %s", version, time.Since(began).Round(time.Second))
	kc.admin, err = kc.signOn(ctx, "master", "admin-cli", "admin")
	if err != nil {
		kc.end()
	}
	return kc, err
}

func (kc *keycloak) issuer() string { return kc.base + "/realms/" + realm }

// signOn is the access token that a user gets by a client.
func (kc *keycloak) signOn(ctx context.Context, realm, client, user string) (string, error) {
	form := url.Values{"grant_type": {"password"}, "client_id": {client}, "username": {user}, "password": {kc.password}}
	var told struct {
		Token string `json:"access_token"`
	}
	_, err := ask(ctx, http.MethodPost, kc.base+"/realms/"+realm+"/protocol/openid-connect/token", "", "application/x-www-form-urlencoded", form.Encode(), &told)
	return told.Token, err
}

// tokenOf is an access token of one of the realm's users.
func (kc *keycloak) tokenOf(ctx context.Context, user string) (string, error) {
	token, err := kc.signOn(ctx, realm, client, user)
	if err != nil {
		return "", fmt.Errorf("the token of %s: %w", user, err)
	}
	return token, nil
}

type object = map[string]any

// manage speaks to the administration of Keycloak.
func (kc *keycloak) manage(ctx context.Context, method, path string, body, into any) (http.Header, error) {
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	return ask(ctx, method, kc.base+"/admin/realms"+path, kc.admin, "application/json", text, into)
}

// makeRealm makes a realm with a role and a client whose tokens are for lintu and hold areas.
func (kc *keycloak) makeRealm(ctx context.Context) error {
	if _, err := kc.manage(ctx, http.MethodPost, "", object{"realm": realm, "enabled": true}, nil); err != nil {
		return err
	}
	var profile object // attributes of users that nobody has declared are refused otherwise
	if _, err := kc.manage(ctx, http.MethodGet, "/"+realm+"/users/profile", nil, &profile); err != nil {
		return err
	}
	profile["unmanagedAttributePolicy"] = "ENABLED"
	if _, err := kc.manage(ctx, http.MethodPut, "/"+realm+"/users/profile", profile, nil); err != nil {
		return err
	}
	for _, role := range []string{"lintu-grid-worker", "admin"} {
		if _, err := kc.manage(ctx, http.MethodPost, "/"+realm+"/roles", object{"name": role}, nil); err != nil {
			return err
		}
	}
	_, err := kc.manage(ctx, http.MethodPost, "/"+realm+"/clients", object{
		"clientId": client, "publicClient": true, "directAccessGrantsEnabled": true,
		"protocolMappers": []object{
			{"name": "for lintu", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper", "config": object{"included.custom.audience": "lintu", "access.token.claim": "true"}},
			{"name": "areas", "protocol": "openid-connect", "protocolMapper": "oidc-usermodel-attribute-mapper", "config": object{
				"user.attribute": "lintu_areas", "claim.name": "lintu_areas", "jsonType.label": "String", "multivalued": "true", "access.token.claim": "true",
			}},
		},
	}, nil)
	return err
}

// makeUser makes a user with a role, where one is named, and an area. Every user has the role admin, which is not Lintu's.
func (kc *keycloak) makeUser(ctx context.Context, name, role, area string) error {
	header, err := kc.manage(ctx, http.MethodPost, "/"+realm+"/users", object{
		"username": name, "enabled": true, "email": name + "@example.test", "emailVerified": true, "firstName": "Test", "lastName": name,
		"attributes": object{"lintu_areas": []string{area}}, "credentials": []object{{"type": "password", "value": kc.password, "temporary": false}},
	}, nil)
	if err != nil {
		return err
	}
	id := header.Get("Location")[strings.LastIndex(header.Get("Location"), "/")+1:]
	for _, r := range []string{"admin", role} {
		if r == "" {
			continue
		}
		var found object
		if _, err := kc.manage(ctx, http.MethodGet, "/"+realm+"/roles/"+r, nil, &found); err != nil {
			return err
		}
		if _, err := kc.manage(ctx, http.MethodPost, "/"+realm+"/users/"+id+"/role-mappings/realm", []object{found}, nil); err != nil {
			return err
		}
	}
	return nil
}

// rotate gives the realm a new key that signs from now on.
func (kc *keycloak) rotate(ctx context.Context) error {
	var told object
	if _, err := kc.manage(ctx, http.MethodGet, "/"+realm, nil, &told); err != nil {
		return err
	}
	_, err := kc.manage(ctx, http.MethodPost, "/"+realm+"/components", object{
		"name": "next", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider", "parentId": told["id"],
		"config": object{"priority": []string{"200"}, "enabled": []string{"true"}, "active": []string{"true"}, "algorithm": []string{"RS256"}, "keySize": []string{"2048"}},
	}, nil)
	return err
}

// keyName is the name of the key that a token says it is signed by.
func keyName(token string) string {
	head, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	var header struct{ Kid string }
	if err != nil || json.Unmarshal(text, &header) != nil {
		return ""
	}
	return header.Kid
}
