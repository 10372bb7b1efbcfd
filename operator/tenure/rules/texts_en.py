"""The texts in English: occasion -> title and text. The fields are those of rules/occasions.py."""

from __future__ import annotations

FOOTER = (
    "Project {project}, allocation {allocation}. Days are whole days of the zone {zone}. "
    "Message {number}; one that comes twice has the same number."
)

DIGEST_FOOTER = "Days are whole days of the zone {zone}. Message {number}; one that comes twice has the same number."

DIGESTS: dict[str, tuple[str, str]] = {
    "Committee": (
        "Tenure: {count} matters wait for the committee",
        "These wait for the committee:\n\n{lines}\n\n`kubectl tenure reviews` shows the reviews. Enter verdicts and answers to "
        "appeals with `kubectl tenure decide`; judge evidence in spec.finding of the Relocation, and reports in "
        "spec.assessment of the Report. Until then nothing is taken.",
    ),
    "Admin": (
        "Tenure: {count} matters wait for the admin",
        "These wait for the admin:\n\n{lines}\n\nTenure has deleted nothing. The condition DataKept of each Allocation says what "
        "is needed.",
    ),
}

WORDS: dict[str, str] = {
    "Increase": "increase",
    "Continue": "continue",
    "Reduce": "reduction",
    "Revoke": "revocation",
    "Exempt": "exempt, as for all short terms",
    "CarriedForward": "carried forward to the next review, because too few days count",
    "Return": "return",
    "OffPurpose": "end for off-purpose use",
    "PromiseUnproven": "end because the promise was not proven in time",
    "PromiseBroken": "end because the promise was broken",
    "ReportAssessed": "performance report accepted",
    "NoReason": "none",
    "Upheld": "upheld: nothing is taken",
    "Dismissed": "dismissed: the announced step goes on",
    "AwaitingVerdict": "the plan is in and is to be judged",
    "AwaitingConfirmation": "a cut is recommended and is to be confirmed",
    "AwaitingApproval": "an increase is offered and is to be approved",
    "Inconclusive": "too much is unknown for the table, so a person decides",
}

TEXTS: dict[str, tuple[str, str]] = {
    "plan-due": (
        "{allocation}: the plan for the next quarter is due on {due}",
        "Review {review} needs your plan for the next quarter by {due} ({zone}). Without a plan it counts as "
        "inadequate, and devices can be taken. Write it with `kubectl tenure plan`, or in spec.plan of the Review "
        "{name}.",
    ),
    "plan-reminder": (
        "{allocation}: the plan is due on {due} and is not in yet",
        "There is no plan in review {review} yet. It counts until the end of {due} ({zone}); after that it counts as "
        "inadequate. Write it with `kubectl tenure plan`, or in spec.plan of the Review {name}.",
    ),
    "danger": (
        "{allocation}: at the present pace {review} ends where devices can be taken",
        "At the present pace review {review} ends at {percent}. To end at {edge} % or more it takes {hours} "
        "device-hours of load until {until} ({zone}). An adequate plan may keep the devices: it is due on {due}. "
        "`kubectl tenure status` shows how you stand; if the figures are wrong, tell the centre now.",
    ),
    "danger-of-revocation": (
        "{allocation}: at the present pace {review} ends where the whole grant can be taken",
        "At the present pace review {review} ends at {percent}. To end at {edge} % or more it takes {hours} "
        "device-hours of load until {until} ({zone}). Below that the whole grant can be taken. A plan is due on "
        "{due}. `kubectl tenure status` shows how you stand; if the figures are wrong, tell the centre now.",
    ),
    "notice": (
        "{allocation}: notice of a {outcome} from {before} to {after} devices, not before {effective}",
        "Review {review} ends with a {outcome}: {before} devices become {after}, not before {effective} ({zone}). "
        "Until then you may appeal with `kubectl tenure appeal`, or in spec.appeal of the Review {name}. After an "
        "appeal nothing is taken until the committee has answered.",
    ),
    "appeal-answered": (
        "{allocation}: your appeal was answered",
        "The committee has answered the appeal in the Review {name}. It was {answer}. Reasons given: {reason}\n"
        "`kubectl tenure status` shows the dates in the zone {zone} and what follows.",
    ),
    "changed": (
        "{allocation}: {after} devices from {effective} on",
        "It was decided ({outcome}, {review}): {before} devices become {after} from {effective} ({zone}) on. What "
        "runs beyond that is ended after its grace, so scale your work to the new amount now. The record is the "
        "Decision {name}.",
    ),
    "increased": (
        "{allocation}: {after} devices from {effective} on",
        "It was decided ({outcome}, {review}): {before} devices become {after} from {effective} ({zone}) on. You may use "
        "them as soon as the quota of the namespace has them. The record is the Decision {name}.",
    ),
    "storage-changed": (
        "{allocation}: {stored} of storage from {effective} on",
        "It was decided ({outcome}, {review}): the storage quota is {stored} from {effective} ({zone}) on, and {after} "
        "devices are held as before. No data was deleted. The record is the Decision {name}.",
    ),
    "ended": (
        "{allocation}: the grant has ended, the data is kept until {kept}",
        "It was decided ({outcome}, {review}): the grant ends on {effective} ({zone}), and with it the use of {before} "
        "devices. No new pod starts. The data is kept until {kept}, at least: take it away before then. The record is "
        "the Decision {name}.",
    ),
    "unchanged": (
        "{allocation}: {after} devices as before",
        "It was decided ({outcome}, {review}), as of {effective} ({zone}): {before} devices were held, and {after} "
        "are. You need not do anything. The record is the Decision {name}.",
    ),
    "report-accepted": (
        "{allocation}: the performance report was accepted",
        "The committee has accepted the performance report, recorded for {effective} ({zone}). You need not do "
        "anything. The record is the Decision {name}.",
    ),
    "report-due": (
        "{allocation}: the performance report is due on {due}",
        "The performance report is due on {due} ({zone}). Fill it in with `kubectl tenure report`, or in the Report "
        "{name}, and set spec.submitted to true.",
    ),
    "report-reminder": (
        "{allocation}: the performance report is due on {due} and is not in yet",
        "The performance report counts as in time until the end of {due} ({zone}). Fill it in with `kubectl tenure "
        "report`, or in the Report {name}, and set spec.submitted to true.",
    ),
    "report-overdue": (
        "{allocation}: the performance report was due on {due}",
        "The performance report was due on {due} ({zone}) and is not in. Nothing is taken for it, but later calls "
        "know of a missing report. Hand it in now with `kubectl tenure report`, or in the Report {name}.",
    ),
    "report-not-accepted": (
        "{allocation}: the performance report was not accepted",
        "The committee has not accepted the performance report of {since} ({zone}). Reasons given: {reason}\nCorrect it with "
        "`kubectl tenure report`, or in the Report {name}: it is open again.",
    ),
    "evidence-due": (
        "{allocation}: evidence of the promise is due on {due}",
        "Evidence of the promised relocation or founding is due on {due} ({zone}). Write spec.evidence of the "
        "Relocation {name}, for example a memorandum or a relocation plan.",
    ),
    "evidence-reminder": (
        "{allocation}: evidence of the promise is due on {due} and is not in yet",
        "There is no evidence yet of the promised relocation or founding. It is in time until the end of {due} "
        "({zone}); without it the grant ends after notice. Write spec.evidence of the Relocation {name}.",
    ),
    "evidence-not-accepted": (
        "{allocation}: the evidence of the promise was not accepted",
        "The committee has not accepted the evidence of {since}. Reasons given: {reason}\nBetter evidence is in time until the "
        "end of {due} ({zone}): write spec.evidence of the Relocation {name}. Without it the grant ends after notice.",
    ),
    "evidence-notice": (
        "{allocation}: notice that the grant ends, not before {effective}",
        "No evidence of the promise was accepted by {due}. The grant ends, not before {effective} ({zone}). Until "
        "then evidence still counts: write spec.evidence of the Relocation {name}. While the committee judges it "
        "nothing is taken.",
    ),
    "term-ending": (
        "{allocation}: the term ends on {end}",
        "The last day of the term is {end} ({zone}). After it no new pod starts, and what runs is ended after its grace: "
        "save your work before. The data is kept until {kept}, at least.",
    ),
    "retention-ending": (
        "{allocation}: the data is kept until {until}",
        "The grant is over, and its data is kept until {until} ({zone}), at least. Take away what you need, or ask "
        "the centre for a copy or a longer term before then.",
    ),
    "deletion": (
        "{allocation}: the data is deleted on {deletion}",
        "The volume of the allocation and all data on it are deleted on {deletion} ({zone}). This is the last "
        "notice. Ask the centre before then for a copy, or for a longer term.",
    ),
    "verdict-due": (
        "{allocation}: the committee's verdict is due on {due}",
        "Review {name} waits for the committee since {since}: {reason}. The verdict is due on {due} ({zone}). Enter "
        "it with `kubectl tenure decide`. Until it comes the tenant keeps everything.",
    ),
    "verdict-reminder": (
        "{allocation}: the committee's verdict is due on {due} and is still awaited",
        "Review {name} waits for the committee since {since}: {reason}. The verdict should be there by {due} "
        "({zone}). Enter it with `kubectl tenure decide`. Until it comes the tenant keeps everything.",
    ),
    "appeal-waits": (
        "{allocation}: an appeal waits for the committee",
        "The tenant has appealed in the Review {name}, since {since} ({zone}). Answer with `kubectl tenure decide`: "
        "Upheld or Dismissed. Until then nothing is taken.",
    ),
    "evidence-waits": (
        "{allocation}: evidence of a promise waits for the committee",
        "Evidence was handed in on {since} ({zone}). Judge it in spec.finding of the Relocation {name}. Until then "
        "nothing is taken.",
    ),
    "report-waits": (
        "{allocation}: a performance report waits for the committee",
        "The performance report was handed in on {since} ({zone}). Judge it in spec.assessment of the Report {name}.",
    ),
    "retention-over": (
        "{allocation}: the retention of its data is over",
        "The data of the allocation was to be kept until {until} ({zone}), which is over. Tenure has deleted "
        "nothing. Decide whether its volume claim stays; the condition DataKept of the Allocation {name} says what "
        "is needed.",
    ),
}
