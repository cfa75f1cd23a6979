package draw

import "fmt"

// Marker ends every person's name in a demo, so that nobody takes it for a real person's: 示例 means "example".
const Marker = "示例"

// surnames are common ones, as often as they stand here, then some that are read otherwise as a surname or take two
// characters: what search and order have to get right.
var surnames = func() []string {
	const often = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
	const usual = "郑梁谢宋唐许邓韩冯曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
	const rare = "单解仇查区朴盖洗尉乐召员种折莘"
	var all []string
	for _, r := range often {
		for range 12 {
			all = append(all, string(r))
		}
	}
	for _, r := range usual {
		all = append(all, string(r), string(r))
	}
	for _, r := range rare {
		all = append(all, string(r))
	}
	return append(all, "欧阳", "欧阳", "司马", "上官", "诸葛", "尉迟", "万俟", "长孙", "澹台", "乐正")
}()

var (
	givenFirst = []rune("春秋青云海江山林松柏梅兰竹菊星月雨雪晨朝乐长和平安宁清明文思嘉书子小晓玉金红")
	givenLast  = []rune("华光辉峰波涛风帆舟桥溪泉石岩枫桐荷莲芳芬燕鹤鸣歌诗语言行远志新成宜恒重盛")
)

// Name is a person's name in four bytes: of the surname and the given name.
type Name struct {
	surname     uint16 // index of surnames
	first, last uint8  // indices of givenFirst and givenLast
}

// noFirst stands for a given name of one character.
const noFirst = 255

// Surname draws a surname, for Name.
func (s *Stream) Surname() uint16 {
	return uint16(s.N(len(surnames))) //nolint:gosec // there are some hundreds
}

// Name draws a given name of one or two characters for somebody of the surname.
func (s *Stream) Name(surname uint16) Name {
	n := Name{surname: surname, first: noFirst, last: uint8(s.N(len(givenLast)))} //nolint:gosec // there are some dozens
	if !s.Chance(180) {
		n.first = uint8(s.N(len(givenFirst))) //nolint:gosec // as well
	}
	return n
}

// String is the name as it is written, with the marker behind it.
func (n Name) String() string {
	if n.first == noFirst {
		return surnames[n.surname] + string(givenLast[n.last]) + Marker
	}
	return surnames[n.surname] + string(givenFirst[n.first]) + string(givenLast[n.last]) + Marker
}

// Phone is the nth telephone number: area code 000 and exchanges that begin with 0 are given to nobody.
func Phone(n int) string { return fmt.Sprintf("000-0%03d-%04d", n/10000%1000, n%10000) }

var (
	estateFirst = []string{"春晖", "锦绣", "翠湖", "江畔", "文星", "桃源", "绿洲", "东湖", "南岳", "滨江", "金桂", "玉兰", "紫薇", "香樟", "银杏", "芙蓉", "丹桂", "梧桐", "杨柳", "百合", "荷塘", "明月", "朝阳", "晨光", "祥和", "安居", "康乐", "惠民", "向阳", "和谐"}
	estateLast  = []string{"苑", "家园", "花园", "小区", "雅居", "新村", "里", "公寓"}
	roadFirst   = []string{"春晖", "文星", "桃源", "绿洲", "滨江", "金桂", "玉兰", "紫薇", "香樟", "银杏", "芙蓉", "梧桐", "朝阳", "晨光", "康乐", "惠民", "向阳", "翠湖", "长乐", "重阳", "都会", "车行", "解放", "建设", "新华", "人民", "胜利", "和平", "团结", "友谊"}
	roadLast    = []string{"路", "街", "巷", "东路", "西路", "南街", "北街", "里巷"}
)

// Estate draws the name of a residential compound.
func (s *Stream) Estate() string { return Pick(s, estateFirst) + Pick(s, estateLast) }

// Roads are 240 names of roads in a random order.
func Roads(s *Stream) []string {
	var roads []string
	for _, first := range roadFirst {
		for _, last := range roadLast {
			roads = append(roads, first+last)
		}
	}
	Shuffle(s, roads)
	return roads
}

// Lanes are 1,200 more names, of lanes with ordinals, in a random order: for towns that have more than 240 roads.
func Lanes(s *Stream) []string {
	var lanes []string
	for _, first := range roadFirst {
		for _, ordinal := range []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"} {
			for _, last := range []string{"路", "街", "巷", "里"} {
				lanes = append(lanes, first+ordinal+last)
			}
		}
	}
	Shuffle(s, lanes)
	return lanes
}
