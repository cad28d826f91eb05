// Package web is the box's HTTP side. It has four doors. Two are for this machine only:
//
//   - [Local], on a loopback port: /healthz for watchdogs and /metrics for Prometheus; it shows no customer's data
//     and changes nothing;
//   - [Control], on a Unix socket that only root and the service's user may open: what the command line does to a
//     box that runs (settings, menus, prompts, bans, call records).
//
// Two are for the dealership's network:
//
//   - [Site], over HTTPS ([ServeTLS]): the API (edge/web/api) and the console on one origin, so that one certificate and
//     one session serve both;
//   - [Plain], without TLS: the certificate of the box's authority and how to install it, and the way to HTTPS.
package web
