// Package web is the box's HTTP side. So far it has two doors, both for this machine only:
//
//   - [Local], on a loopback port: /healthz for watchdogs and /metrics for Prometheus; it shows no customer's data
//     and changes nothing;
//   - [Control], on a Unix socket that only root and the service's user may open: what the command line does to a
//     box that runs (settings, menus, prompts, bans, call records).
package web
