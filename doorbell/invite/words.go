package invite

// said is a text in one of the two languages.
func said(lang, key string) string {
	t := texts[key]
	if lang == "en" {
		return t.en
	}
	return t.zh
}

// texts are the words of the page.
var texts = map[string]struct{ zh, en string }{
	"name":  {"爱心门铃", "Doorbell"},
	"dial":  {"有生命危险先拨", "Life in danger: dial"},
	"first": {"", "first"},
	"drill": {"【演练】这不是真的呼叫。", "[DRILL] This is not a real call."},
	"other": {"English", "中文"},
	"door":  {"请到", "Please go to"},
	"word":  {"门口口令", "Word at the door"},
	"say":   {"到门口请说出口令；对方没有口令的，不要进门也不要开门。", "Say the word at the door. Without it nobody goes in and nobody opens."},

	"neighbour": {"约%米处有邻居需要帮助，您能去吗？", "A neighbour about % m away needs help. Can you go?"},
	"contact":   {"您登记联系的老人按响了爱心门铃，您能去吗？", "The elder whose contact or key holder you are has rung. Can you go?"},
	"duty":      {"辖区内有爱心门铃响起，请接警处理。", "A doorbell in your area has rung. Please attend to it."},
	"noReason":  {"去不了不用说明原因。", "If you cannot go, no reason is asked."},

	"accept":   {"我能去", "I can go"},
	"decline":  {"我去不了", "I cannot"},
	"onMyWay":  {"已出发", "On my way"},
	"arrived":  {"已到门口", "I am at the door"},
	"withdraw": {"去不了了", "I cannot go after all"},
	"handOver": {"已交接", "I have handed over"},

	"title.CALLED":      {"有人需要帮助", "Somebody needs help"},
	"title.DELIVERED":   {"有人需要帮助", "Somebody needs help"},
	"title.SEEN":        {"有人需要帮助", "Somebody needs help"},
	"title.ACCEPTED":    {"谢谢您！请前往", "Thank you! Please go"},
	"title.ON_THE_WAY":  {"您在路上", "You are on the way"},
	"title.ARRIVED":     {"您已到门口", "You are at the door"},
	"title.HANDED_OVER": {"您已交接", "You have handed over"},
	"title.DECLINED":    {"您说去不了", "You said that you cannot go"},
	"title.WITHDRAWN":   {"您说去不了了", "You said that you cannot go after all"},
	"title.FAILED":      {"已改请他人前往", "Others were asked to go"},
	"title.STOOD_DOWN":  {"已不再需要您前往", "You are no longer needed"},

	"over":   {"这次呼叫已结束", "This call is over"},
	"thanks": {"谢谢您！", "Thank you!"},
	"moved":  {"情况已有变化，请看下面的最新状态。", "Things have changed meanwhile. This is how they stand now."},

	"badLink":      {"链接无效", "This link does not work"},
	"badLink.more": {"请从收到的消息中重新打开。", "Open it again from the message that you got."},
	"ended":        {"链接已过期", "This link has ended"},
	"ended.more":   {"这次呼叫早已结束。", "Its call was over long ago."},
	"badForm":      {"没有收到您的答复", "Your answer did not arrive"},
	"badForm.more": {"请从收到的消息中重新打开页面再答复。", "Open the page again from the message that you got, and answer there."},
	"away":         {"系统暂时没有应答", "The system does not answer at the moment"},
	"away.more":    {"请稍后重新载入本页；情况紧急请直接拨打120。", "Load this page again in a moment. If it is urgent, dial 120."},
}
