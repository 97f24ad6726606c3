"""What mail systems say when nobody is to blame and trying again may help: no connection, a name server, a loop, an hour of maintenance.

Every expression runs over at most two thousand characters, lower case, without addresses, host names and links
(`reason.plain_words`).
"""

import re

from digest.deliver.returned.expressions import any_of

# What passes by itself, even where a word about the reader stands beside it.
FLEETING = any_of(
    r"host ?name lookup failure",
    r"host not found[,;]? try again|try again (?:later|in)",
    r"(?:lookup|resolution|resolve) .{0,30}(?:tempor|try again|timed? ?out)",
    (
        r"tempor(?:ary|arily|aire|är|al\b)[^.;]{0,30}(?:fail|unavail|error|problem|disabled"
        r"|suspend|inactive|deferred|reject|not|unable|lookup|rejected|blocked|closed|local"
        r"|resolve|down)"
    ),
    r"(?:lookup|domain|host)s? (?:lookup )?(?:was |is )?deferred|no (?:valid )?route\b|error while executing",
    r"malformed name ?server|name ?server (?:reply|timeout|time[d -]*out|failure)|servfail",
    (
        r"name service error.{0,80}(?:try again|malformed|server fail)|grey-?list|please (?:retry"
        r"|try again)"
    ),
    (
        r"locked (?:by|for|while|during) (?:another|an other|other|a |an |delivery|maintenance|update|backup|migration)"
        r"|(?:currently|temporarily|momentarily) (?:locked|in use|busy)"
    ),
)

# A mail that goes round in circles says nothing about who sent it, whatever word of refusal stands beside it.
LOOPING = re.compile(r"too many hops|hop count|(?:mail|routing|forwarding) loop|loop(?:ing|s back| detected| alert)|duplicated? message-id")

SOFT = any_of(
    (
        r"time[d -]{0,2}out|timeout|connection (?:was )?(?:refused|dropped|lost|reset|closed"
        r"|failed|timed|interrupted|to|with)"
    ),
    r"connect(?:ing)? to",
    (
        r"(?:could ?n[o']t|can ?n[o']t|can'?t|unable to|failed to|not able to) (?:be )?(?:connect"
        r"|contact|reach|initiate|establish|open|open a connection)"
    ),
    (
        r"no route|network (?:error|unreachable|problem)|unreachable|not reach|time (?:has )?expired"
        r"|delivery time|expired"
    ),
    (
        r"retry (?:time|limit|timeout)|failing for a long time|within \d+ (?:day|hour)|in queue too long"
        r"|queue|not respond"
    ),
    (
        r"no answer|no response|give up|too long|maximum.time|after \d+ (?:attempt|hour|day"
        r"|tries)"
    ),
    r"(?:maximum|\d+) (?:delivery )?attempts|deferred|temporar|try (?:again|later)",
    r"service (?:is |currently |temporarily )*(?:unavailable|not available|busy)",
    (
        r"(?:server|system) (?:is )?(?:busy|error|overload|unavailable|down|not available|configuration"
        r"|failure|problem|resources)"
    ),
    (
        r"(?:local|internal|unexpected|resource|i/o|input/output|software|processing|configuration) "
        r"(?:server )?(?:error|failure|problem)"
    ),
    (
        r"insufficient system|out of memory|loops? back|mail loop|loop detected|routing loop"
        r"|forwarding loop|aliasing"
    ),
    r"too many hops|hop count|loop|command died|command output|can'?t create|permission denied",
    (
        r"unable to (?:open|write|lock|create)|read-only|protocol error|lost connection|conversation"
        r"|broken pipe"
    ),
)
