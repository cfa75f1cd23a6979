package kg

type (
	// RingState is where a ring stands.
	RingState string
	// Outcome is how a ring ended.
	Outcome string
	// AlertState is where an alert stands.
	AlertState string
	// AlertRole is why a person is alerted.
	AlertRole string
	// EventKind is what an entry of a timeline says.
	EventKind string
)

// The states and kinds that code speaks of.
const (
	RingOpen         RingState = "OPEN"
	RingAcknowledged RingState = "ACKNOWLEDGED"
	RingAttended     RingState = "ATTENDED"
	RingReopened     RingState = "REOPENED"
	RingClosed       RingState = "CLOSED"

	HelpGiven  Outcome = "HELP_GIVEN"
	FalseAlarm Outcome = "FALSE_ALARM"
	TestRing   Outcome = "TEST"
	NoAccess   Outcome = "NO_ACCESS"
	Ambulance  Outcome = "AMBULANCE"

	AlertCalled     AlertState = "CALLED"
	AlertDelivered  AlertState = "DELIVERED"
	AlertSeen       AlertState = "SEEN"
	AlertAccepted   AlertState = "ACCEPTED"
	AlertOnWay      AlertState = "ON_THE_WAY"
	AlertArrived    AlertState = "ARRIVED"
	AlertHandedOver AlertState = "HANDED_OVER"
	AlertDeclined   AlertState = "DECLINED"
	AlertWithdrawn  AlertState = "WITHDRAWN"
	AlertFailed     AlertState = "FAILED"
	AlertStoodDown  AlertState = "STOOD_DOWN"

	RoleNeighbour     AlertRole = "NEIGHBOUR"
	RoleContact       AlertRole = "CONTACT"
	RoleKeyholder     AlertRole = "KEYHOLDER"
	RoleDutyDesk      AlertRole = "DUTY_DESK"
	RoleGridWorker    AlertRole = "GRID_WORKER"
	RoleBuildingHead  AlertRole = "BUILDING_HEAD"
	RoleCommunityDuty AlertRole = "COMMUNITY_DUTY"
	RoleTownshipDuty  AlertRole = "TOWNSHIP_DUTY"
	RoleEmergencyTeam AlertRole = "EMERGENCY_TEAM"

	EventRang             EventKind = "RANG"
	EventJoined           EventKind = "JOINED"
	EventRanked           EventKind = "RANKED"
	EventWave             EventKind = "WAVE"
	EventLevel            EventKind = "LEVEL"
	EventSkipped          EventKind = "LEVEL_SKIPPED"
	EventCalled           EventKind = "CALLED"
	EventLeftOut          EventKind = "LEFT_OUT"
	EventDelivered        EventKind = "DELIVERED"
	EventFailed           EventKind = "FAILED"
	EventSeen             EventKind = "SEEN"
	EventAccepted         EventKind = "ACCEPTED"
	EventDeclined         EventKind = "DECLINED"
	EventWithdrawn        EventKind = "WITHDRAWN"
	EventOnWay            EventKind = "ON_THE_WAY"
	EventArrived          EventKind = "ARRIVED"
	EventHandedOver       EventKind = "HANDED_OVER"
	EventStoodDown        EventKind = "STOOD_DOWN"
	EventReminded         EventKind = "REMINDED"
	EventTold             EventKind = "TOLD"
	EventNobody           EventKind = "NOBODY_LEFT"
	EventAmbulance        EventKind = "AMBULANCE_CALLED"
	EventAmbulanceArrived EventKind = "AMBULANCE_ARRIVED"
	EventCancelled        EventKind = "CANCELLED"
	EventClosed           EventKind = "CLOSED"
	EventReopened         EventKind = "REOPENED"
	EventMass             EventKind = "MASS_EVENT"
	EventCutOff           EventKind = "CUT_OFF"
)

// The enums of rings.
var (
	RingStates = &Enum{"RingState", "Where a ring stands.", "呼叫状态", []EnumValue{
		{"OPEN", "Nobody has said yes.", "待响应"}, {"ACKNOWLEDGED", "Somebody has said yes.", "已响应"}, {"ATTENDED", "Somebody is at the door.", "已到场"},
		{"REOPENED", "It was closed and needs help again; nobody has said yes.", "重新开启"}, {"CLOSED", "It is over.", "已结束"}}}
	Outcomes = &Enum{"RingOutcome", "How a ring ended.", "呼叫结果", []EnumValue{
		{"HELP_GIVEN", "Help was given.", "已帮助"}, {"FALSE_ALARM", "It was pressed by accident; never a reproach.", "误触"}, {"TEST", "It was a test.", "测试"},
		{"NO_ACCESS", "Nobody could get in.", "无法入户"}, {"AMBULANCE", "An ambulance took over.", "救护车接手"}}}
	AlertStates = &Enum{"AlertState", "Where an alert stands.", "提醒状态", []EnumValue{
		{"CALLED", "The person is to be called.", "已发起"}, {"DELIVERED", "The message arrived.", "已送达"}, {"SEEN", "The message was opened.", "已查看"},
		{"ACCEPTED", "The person said yes.", "已接受"}, {"ON_THE_WAY", "The person is on the way.", "在途"}, {"ARRIVED", "The person is at the door.", "已到达"},
		{"HANDED_OVER", "The person has handed over.", "已交接"}, {"DECLINED", "The person said no; no reason is asked.", "已谢绝"},
		{"WITHDRAWN", "The person said yes and cannot come.", "已撤回"}, {"FAILED", "The message could not be delivered.", "送达失败"},
		{"STOOD_DOWN", "The person is no longer needed.", "不再需要"}}}
	AlertRoles = &Enum{"AlertRole", "Why a person is alerted.", "提醒身份", []EnumValue{
		{"NEIGHBOUR", "A neighbour who agreed to come.", "邻里响应人"}, {"CONTACT", "An emergency contact.", "紧急联系人"}, {"KEYHOLDER", "A key holder.", "钥匙保管人"},
		{"DUTY_DESK", "On duty in the community: sees every ring.", "社区值班台"}, {"GRID_WORKER", "Works for the grid.", "网格员"}, {"BUILDING_HEAD", "Head of the building or entrance.", "楼栋长、单元长"},
		{"COMMUNITY_DUTY", "On duty in the community, by voice.", "社区值班"}, {"TOWNSHIP_DUTY", "On duty in the township.", "街道、乡镇值班"},
		{"EMERGENCY_TEAM", "In an emergency team of the area, at a mass event.", "应急队员"}}}
	EventKinds = &Enum{"RingEventKind", "What an entry of a timeline says.", "经过类型", []EnumValue{
		{"RANG", "The doorbell was pressed.", "按铃"}, {"JOINED", "Another press joined.", "再次按铃"}, {"RANKED", "Who could come was put in order.", "排序候选人"},
		{"WAVE", "A wave of neighbours was called.", "发起一轮"}, {"LEVEL", "A level of the ladder was called.", "升级呼叫"}, {"LEVEL_SKIPPED", "A level of the ladder has nobody and was skipped.", "跳过空缺层级"},
		{"CALLED", "A person was called.", "呼叫某人"}, {"LEFT_OUT", "Candidates were left out at the moment of calling.", "呼叫时排除"}, {"DELIVERED", "A message arrived.", "送达"}, {"FAILED", "A message could not be delivered.", "送达失败"},
		{"SEEN", "A message was opened.", "查看"}, {"ACCEPTED", "A person said yes.", "接受"}, {"DECLINED", "A person said no.", "谢绝"}, {"WITHDRAWN", "A person took their yes back.", "撤回"},
		{"ON_THE_WAY", "A person is on the way.", "出发"}, {"ARRIVED", "A person is at the door.", "到达"}, {"HANDED_OVER", "A person handed over.", "交接"}, {"STOOD_DOWN", "A person is no longer needed.", "不再需要"},
		{"REMINDED", "Those on duty were reminded.", "提醒值班"}, {"TOLD", "The elder was told how things stand.", "告知老人"}, {"NOBODY_LEFT", "No candidate is left; the ladder begins at once.", "候选人已尽"},
		{"AMBULANCE_CALLED", "An ambulance was called.", "呼叫120"}, {"AMBULANCE_ARRIVED", "The ambulance is there.", "救护车到达"}, {"CANCELLED", "The elder cancelled.", "取消"},
		{"CLOSED", "The ring was closed.", "结束"}, {"REOPENED", "The ring was reopened.", "重新开启"}, {"MASS_EVENT", "Many rings are open around it; the policy of mass events holds.", "群发事件"},
		{"CUT_OFF", "A process had called people while the store was away; what it did is entered. Another may have called the same people.", "离线呼叫补录"}}}
)
