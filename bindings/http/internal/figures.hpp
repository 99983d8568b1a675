#pragma once

#include <loa/base/metrics.hpp>

#include <algorithm>
#include <string>

namespace loa::http {

/// The gateway's own metrics, looked up once.
struct figures {
  explicit figures(metric_registry& m)
      : connections(m.get_gauge("loa_http_connections", "Open connections, streams included.")),
        refused(m.get_counter("loa_http_refused_connections_total",
                              "Connections beyond a limit, answered and closed.")),
        refused_posts(m.get_counter("loa_http_refused_posts_total",
                                    "Posts without a token beyond what one address may send.")),
        forwarded(m.get_counter("loa_http_forwarded_total",
                                "Calls passed on to the node that hosts their unit.")),
        bad_requests(m.get_counter("loa_http_unreadable_requests_total",
                                   "Requests that broke off, came too slowly or were no HTTP.")),
        seconds(m.get_histogram("loa_http_request_seconds",
                                "From the end of a request's body to its answer.")),
        citizens(m.get_gauge("loa_stream_connections", "Open streams.", {{"kind", "citizen"}})),
        devices(m.get_gauge("loa_stream_connections", "Open streams.", {{"kind", "device"}})),
        frames(m.get_counter("loa_stream_frames_total", "Bulletin frames sent or queued.")),
        acknowledged(
            m.get_counter("loa_stream_acknowledgements_total", "Acknowledgements received.")),
        overflowed(m.get_counter("loa_stream_overflows_total",
                                 "Streams ended because their client did not read.")),
        faults(m.get_counter("loa_stream_faults_total",
                             "Streams ended because of what their client sent.")) {
    for (int hundreds = 0; hundreds < 5; ++hundreds)
      answers[hundreds] =
          &m.get_counter("loa_http_answers_total", "Answers by the class of their status.",
                         {{"status", std::to_string(hundreds + 1) + "xx"}});
  }

  void count(int status) { answers[std::clamp(status / 100, 1, 5) - 1]->add(); }

  gauge& connections;
  counter& refused;
  counter& refused_posts;
  counter& forwarded;
  counter& bad_requests;
  histogram& seconds;
  gauge& citizens;
  gauge& devices;
  counter& frames;
  counter& acknowledged;
  counter& overflowed;
  counter& faults;
  counter* answers[5];
};

} // namespace loa::http
