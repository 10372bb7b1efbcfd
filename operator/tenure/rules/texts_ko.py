"""The texts in Korean: occasion -> title and text. The fields are those of rules/occasions.py."""

from __future__ import annotations

FOOTER = (
    "프로젝트: {project}, 할당: {allocation}. 날짜는 {zone} 시간대의 하루 전체를 뜻합니다. "
    "메시지 번호: {number} (같은 번호는 같은 메시지입니다)"
)

DIGEST_FOOTER = "날짜는 {zone} 시간대의 하루 전체를 뜻합니다. 메시지 번호: {number} (같은 번호는 같은 메시지입니다)"

DIGESTS: dict[str, tuple[str, str]] = {
    "Committee": (
        "[Tenure] 위원회 처리 대기 {count}건",
        "위원회의 판단이 필요한 건은 다음과 같습니다.\n\n{lines}\n\n점검 목록은 `kubectl tenure reviews` 명령으로 "
        "확인하십시오. 판정과 이의신청 답변은 `kubectl tenure decide` 명령으로, 증빙은 Relocation의 spec.finding에, "
        "성과보고서는 Report의 spec.assessment에 입력하십시오. 그때까지 아무것도 회수하지 않습니다.",
    ),
    "Admin": (
        "[Tenure] 관리자 확인 대기 {count}건",
        "관리자의 확인이 필요한 건은 다음과 같습니다.\n\n{lines}\n\nTenure는 아무것도 삭제하지 않았습니다. 필요한 "
        "조치는 각 Allocation의 DataKept 상태에 있습니다.",
    ),
}

WORDS: dict[str, str] = {
    "Increase": "증설",
    "Continue": "유지",
    "Reduce": "축소",
    "Revoke": "회수",
    "Exempt": "단기 이용에 따른 점검 면제",
    "CarriedForward": "집계 일수 부족에 따른 다음 점검 이월",
    "Return": "반납",
    "OffPurpose": "목적 외 사용에 따른 종료",
    "PromiseUnproven": "약속 이행 증빙 미제출에 따른 종료",
    "PromiseBroken": "약속 불이행에 따른 종료",
    "ReportAssessed": "성과보고서 승인",
    "NoReason": "없음",
    "Upheld": "인용되었습니다. 아무것도 회수하지 않습니다",
    "Dismissed": "기각되었습니다. 예고된 조치가 진행됩니다",
    "AwaitingVerdict": "계획서가 제출되어 판정이 필요합니다",
    "AwaitingConfirmation": "축소 또는 회수가 권고되어 확인이 필요합니다",
    "AwaitingApproval": "증설이 가능하여 승인이 필요합니다",
    "Inconclusive": "확인되지 않은 날이 많아 위원회가 직접 결정해야 합니다",
}

TEXTS: dict[str, tuple[str, str]] = {
    "plan-due": (
        "[{allocation}] 다음 분기 활용계획서 제출 기한: {due}",
        "{review} 점검을 위해 다음 분기 활용계획서를 {due} ({zone})까지 제출해 주십시오. 제출하지 않으면 계획이 "
        "부적정한 것으로 보며, 자원이 회수될 수 있습니다. `kubectl tenure plan` 명령을 쓰거나 Review {name}의 "
        "spec.plan에 작성하십시오.",
    ),
    "plan-reminder": (
        "[{allocation}] 활용계획서가 아직 제출되지 않았습니다 (기한: {due})",
        "{review} 점검의 활용계획서가 아직 없습니다. {due} ({zone})까지 제출한 계획만 인정하며, 그 뒤에는 부적정한 "
        "것으로 봅니다. `kubectl tenure plan` 명령을 쓰거나 Review {name}의 spec.plan에 작성하십시오.",
    ),
    "danger": (
        "[{allocation}] 현재 추세라면 {review} 점검에서 자원이 축소될 수 있습니다",
        "현재 추세라면 {review} 점검의 활용률은 {percent} 수준입니다. {edge} % 이상이 되려면 {until} ({zone})까지 "
        "{hours} 장치·시간의 사용이 더 필요합니다. 적정한 활용계획서가 있으면 자원을 유지할 수 있으며, 제출 기한은 "
        "{due}입니다. 현황은 `kubectl tenure status` 명령으로 확인하고, 수치가 사실과 다르면 지금 센터에 알려 "
        "주십시오.",
    ),
    "danger-of-revocation": (
        "[{allocation}] 현재 추세라면 {review} 점검에서 자원 전체가 회수될 수 있습니다",
        "현재 추세라면 {review} 점검의 활용률은 {percent} 수준입니다. {edge} % 이상이 되려면 {until} ({zone})까지 "
        "{hours} 장치·시간의 사용이 더 필요합니다. 그보다 낮으면 자원 전체가 회수될 수 있습니다. 활용계획서 제출 "
        "기한은 {due}입니다. 현황은 `kubectl tenure status` 명령으로 확인하고, 수치가 사실과 다르면 지금 센터에 알려 "
        "주십시오.",
    ),
    "notice": (
        "[{allocation}] {outcome} 예고: {before}개에서 {after}개로, {effective} 이후",
        "{review} 점검 결과는 {outcome}입니다. 장치 {before}개가 {after}개로 바뀌며, {effective} ({zone}) 이전에는 "
        "시행하지 않습니다. 그 전까지 `kubectl tenure appeal` 명령을 쓰거나 Review {name}의 spec.appeal에 이의를 "
        "제기할 수 있습니다. 이의를 제기하면 위원회가 답할 때까지 아무것도 회수하지 않습니다.",
    ),
    "appeal-answered": (
        "[{allocation}] 이의신청에 대한 답변",
        "위원회가 Review {name}의 이의신청에 답했습니다. 이의신청이 {answer}. 사유: {reason}\n"
        "이후 일정({zone} 기준)과 조치는 `kubectl tenure status` 명령으로 확인하십시오.",
    ),
    "changed": (
        "[{allocation}] {effective}부터 장치 {after}개",
        "다음과 같이 결정되었습니다 ({outcome}, {review}). 장치 {before}개가 {effective} ({zone})부터 {after}개로 "
        "바뀝니다. 초과하여 실행 중인 작업은 유예 시간 뒤에 종료되므로 지금 작업 규모를 조정해 주십시오. 결정 기록은 "
        "Decision {name}입니다.",
    ),
    "increased": (
        "[{allocation}] {effective}부터 장치 {after}개",
        "다음과 같이 결정되었습니다 ({outcome}, {review}). 장치 {before}개가 {effective} ({zone})부터 {after}개로 "
        "늘어납니다. 네임스페이스의 할당량에 반영되면 바로 사용할 수 있습니다. 결정 기록은 Decision {name}입니다.",
    ),
    "storage-changed": (
        "[{allocation}] {effective}부터 저장공간 {stored}",
        "다음과 같이 결정되었습니다 ({outcome}, {review}). 저장공간 할당량은 {effective} ({zone})부터 {stored}입니다. "
        "장치 {after}개는 그대로이며, 데이터는 삭제하지 않았습니다. 결정 기록은 Decision {name}입니다.",
    ),
    "ended": (
        "[{allocation}] 자원 제공 종료, 데이터 보관 기한: {kept}",
        "다음과 같이 결정되었습니다 ({outcome}, {review}). 장치 {before}개의 제공이 {effective} ({zone})에 "
        "종료됩니다. 새 파드는 시작되지 않습니다. 데이터는 적어도 {kept}까지 보관하므로 그 전에 가져가십시오. 결정 "
        "기록은 Decision {name}입니다.",
    ),
    "unchanged": (
        "[{allocation}] 장치 {after}개 그대로 유지",
        "{effective} ({zone}) 자로 다음과 같이 결정되었습니다 ({outcome}, {review}). 장치는 {before}개에서 "
        "{after}개로, 달라지지 않습니다. 따로 하실 일은 없습니다. 결정 기록은 Decision {name}입니다.",
    ),
    "report-accepted": (
        "[{allocation}] 성과보고서가 승인되었습니다",
        "위원회가 성과보고서를 승인하였고 {effective} ({zone}) 자로 기록되었습니다. 따로 하실 일은 없습니다. 결정 "
        "기록은 Decision {name}입니다.",
    ),
    "report-due": (
        "[{allocation}] 성과보고서 제출 기한: {due}",
        "성과보고서를 {due} ({zone})까지 제출해 주십시오. `kubectl tenure report` 명령을 쓰거나 Report {name}에 "
        "작성한 뒤 spec.submitted를 true로 바꾸십시오.",
    ),
    "report-reminder": (
        "[{allocation}] 성과보고서가 아직 제출되지 않았습니다 (기한: {due})",
        "성과보고서는 {due} ({zone})까지 제출해야 기한 내 제출로 인정합니다. `kubectl tenure report` 명령을 쓰거나 "
        "Report {name}에 작성한 뒤 spec.submitted를 true로 바꾸십시오.",
    ),
    "report-overdue": (
        "[{allocation}] 성과보고서 제출 기한이 지났습니다 (기한: {due})",
        "성과보고서 제출 기한은 {zone} 기준 {due}이었으나 아직 제출되지 않았습니다. 이 때문에 회수하는 것은 없지만, 미제출은 "
        "다음 공모에서 고려됩니다. 지금 `kubectl tenure report` 명령을 쓰거나 Report {name}에 작성하여 제출해 "
        "주십시오.",
    ),
    "report-not-accepted": (
        "[{allocation}] 성과보고서가 승인되지 않았습니다",
        "{since} ({zone})에 제출하신 성과보고서를 위원회가 승인하지 않았습니다. 사유: {reason}\n다시 작성할 수 있으므로 "
        "`kubectl tenure report` 명령을 쓰거나 Report {name}에서 보완하여 제출해 주십시오.",
    ),
    "evidence-due": (
        "[{allocation}] 약속 이행 증빙 제출 기한: {due}",
        "약속하신 이전 또는 설립의 증빙을 {due} ({zone})까지 제출해 주십시오. 협약서나 이전 계획서 등을 Relocation "
        "{name}의 spec.evidence에 작성하십시오.",
    ),
    "evidence-reminder": (
        "[{allocation}] 약속 이행 증빙이 아직 제출되지 않았습니다 (기한: {due})",
        "약속하신 이전 또는 설립의 증빙이 아직 없습니다. {due} ({zone})까지 제출해야 하며, 제출하지 않으면 예고 후 "
        "자원 제공이 종료됩니다. Relocation {name}의 spec.evidence에 작성하십시오.",
    ),
    "evidence-not-accepted": (
        "[{allocation}] 약속 이행 증빙이 인정되지 않았습니다",
        "{since}에 제출하신 증빙을 위원회가 인정하지 않았습니다. 사유: {reason}\n{due} ({zone})까지 보완한 증빙을 제출할 수 "
        "있으며, 제출하지 않으면 예고 후 자원 제공이 종료됩니다. Relocation {name}의 spec.evidence에 작성하십시오.",
    ),
    "evidence-notice": (
        "[{allocation}] 자원 제공 종료 예고: {effective} 이후",
        "{due}까지 인정된 약속 이행 증빙이 없습니다. 자원 제공이 종료되며, {effective} ({zone}) 이전에는 시행하지 "
        "않습니다. 그 전에 제출한 증빙은 인정하므로 Relocation {name}의 spec.evidence에 작성하십시오. 위원회가 "
        "심사하는 동안 아무것도 회수하지 않습니다.",
    ),
    "term-ending": (
        "[{allocation}] 이용 기간 종료 예정일: {end}",
        "이용 기간은 {end} ({zone})까지입니다. 그 뒤에는 새 파드가 시작되지 않고 실행 중인 작업은 유예 시간 뒤에 "
        "종료되므로 그 전에 작업 결과를 저장해 주십시오. 데이터는 적어도 {kept}까지 보관합니다.",
    ),
    "retention-ending": (
        "[{allocation}] 데이터 보관 기한: {until}",
        "자원 제공이 끝났으며 데이터는 적어도 {until} ({zone})까지 보관합니다. 필요한 데이터를 그 전에 가져가거나, "
        "사본 또는 기간 연장을 센터에 요청하십시오.",
    ),
    "deletion": (
        "[{allocation}] 데이터 삭제 예정일: {deletion}",
        "이 할당의 볼륨과 모든 데이터를 {deletion} ({zone})에 삭제합니다. 이것이 마지막 통지입니다. 사본이나 기간 "
        "연장이 필요하면 그 전에 센터에 요청하십시오.",
    ),
    "verdict-due": (
        "[{allocation}] 위원회 판정 기한: {due}",
        "Review {name} 건이 {since}부터 위원회의 판단을 기다리고 있습니다: {reason}. 판정 기한은 {due} ({zone})입니다. "
        "`kubectl tenure decide` 명령으로 입력하십시오. 그때까지 이용자의 자원은 그대로입니다.",
    ),
    "verdict-reminder": (
        "[{allocation}] 위원회 판정이 아직 없습니다 (기한: {due})",
        "Review {name} 건이 {since}부터 위원회의 판단을 기다리고 있습니다: {reason}. 판정은 {due} ({zone})까지 필요합니다. "
        "`kubectl tenure decide` 명령으로 입력하십시오. 그때까지 이용자의 자원은 그대로입니다.",
    ),
    "appeal-waits": (
        "[{allocation}] 이의신청에 대한 위원회의 답변이 필요합니다",
        "이용자가 Review {name}에 이의를 제기하여 {since} ({zone})부터 답변을 기다리고 있습니다. `kubectl tenure "
        "decide` 명령으로 인용 또는 기각을 입력하십시오. 그때까지 아무것도 회수하지 않습니다.",
    ),
    "evidence-waits": (
        "[{allocation}] 약속 이행 증빙에 대한 위원회의 심사가 필요합니다",
        "증빙이 {since} ({zone})에 제출되었습니다. Relocation {name}의 spec.finding에 심사 결과를 입력하십시오. "
        "그때까지 아무것도 회수하지 않습니다.",
    ),
    "report-waits": (
        "[{allocation}] 성과보고서에 대한 위원회의 심사가 필요합니다",
        "성과보고서가 {since} ({zone})에 제출되었습니다. Report {name}의 spec.assessment에 심사 결과를 입력하십시오.",
    ),
    "retention-over": (
        "[{allocation}] 데이터 보관 기한이 지났습니다",
        "이 할당의 데이터 보관 기한은 {zone} 기준 {until}이었으며 이미 지났습니다. Tenure는 아무것도 삭제하지 "
        "않았습니다. 볼륨 클레임을 남길지 결정하십시오. 필요한 조치는 Allocation {name}의 DataKept 상태에 있습니다.",
    ),
}
