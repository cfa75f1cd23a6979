// Package config holds the settings of the server: what they are called, where their values come
// from, and what they may be.
//
// A value is taken from the command line (--store-user), else from the environment
// (LINTU_STORE_USER), else from a YAML file named by --config or LINTU_CONFIG (store-user: ...),
// else it is the default. An environment variable that is set but empty counts as not set.
//
// Load gathers the values and never judges them; Validate judges all of them at once, so that a
// person who sets up a server reads every problem in one go. Secrets live in files of their own,
// and neither Print nor any error shows one.
package config
