package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// words lists, by character, words in which a character with two readings has its first one for certain. They are the
// common ones in addresses and in the names of bodies and places: the name of a village's committee holds two or three
// such characters, and each would double what there is to find it by. A word after ~ leaves both readings, whatever
// stands around it. It was chosen by hand from the names of the country's villages and communities, and of units.
const words = `
阿 阿拉 阿克 阿尔
查 嘎查 查干 检查 调查
长 长江 长城 长安 长春 长沙 长征 长青 长兴 长岭 长乐 长期 长寿 长宁
朝 朝阳 朝鲜
车 火车 汽车 车站 车辆 停车 车道 车间 车库
重 重工 重点 重型
大 ~大夫 大厦 大学 大道 大街 大队 大楼 大会 大桥 大地 大寨 大同 大庆 大连 大兴 大众
单 单位 单元
地 地区 土地 大地 荒地 基地 工地 绿地 地铁 地质 地税 地产
都 首都 成都 都市
佛 佛山 石佛 千佛 佛寺 大佛 佛教
行 行政 步行 旅行 执行
和 和平 和谐 共和 和睦 永和 仁和 太和 祥和
合 联合 合作 综合 结合 六合 百合 三合
会 ~会计 ~会稽 委会 员会 社会 协会 工会 学会 商会 教会 合会 事会 金会 字会 会议 会堂 会馆 会所 会展 会员 会长 大会
角 三角 八角 牛角 羊角 皂角
解 解放 解决
六 第六 十六 六号 六队 六连 六组 六楼 六层 六街
绿 绿化 绿地 绿园 绿色 绿洲 绿城 绿水 绿苑 绿岛 绿茵
期 一期 二期 三期 四期 五期 六期
强 富强 自强 民强
区 社区 小区 园区 城区 新区 地区 校区 片区 街区 矿区 郊区 山区 林区 牧区 老区 景区 港区 辖区 厂区 院区 特区 区域 活区 发区 理区 业区 民区 住区 东区 西区 南区 北区 中区 一区 二区 三区 四区 五区 六区
厦 大厦
色 绿色 红色 金色 特色
省 省级 东省 北省
食 食堂 食品 粮食 饮食 美食
数 数字 数据
术 技术 艺术 美术 学术
万 万家 万福 万寿 万安 万达 万科 万和
校 学校 校区 校园 高校
叶 荷叶 茶叶
员 委员 人员 党员 职员 议员 官员 队员 社员 会员 学员 教员 店员 员工
乐 安乐 康乐 乐园 快乐 永乐 同乐 娱乐
种 良种 原种 种场 种羊 种猪 种植
传 传统 传媒 宣传
`

// surroundings are what a word has before and after a character.
type surroundings struct {
	before, after string
	open          bool // both readings are left
}

// wordTable returns the surroundings of the characters that words lists.
var wordTable = sync.OnceValue(func() map[rune][]surroundings {
	table := map[rune][]surroundings{}
	for line := range strings.Lines(words) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		r, _ := utf8.DecodeRuneInString(fields[0])
		for _, word := range fields[1:] {
			word, open := strings.CutPrefix(word, "~")
			before, after, _ := strings.Cut(word, fields[0])
			table[r] = append(table[r], surroundings{before, after, open})
		}
	}
	return table
})

// inWord is the reading of the character r at i of a normalised text, the second one left out where a word is
// certain of the first.
func (known reading) inWord(r rune, norm string, i int) reading {
	for _, w := range wordTable()[r] {
		if strings.HasSuffix(norm[:i], w.before) && strings.HasPrefix(norm[i+utf8.RuneLen(r):], w.after) {
			if !w.open {
				known.alt = ""
			}
			return known
		}
	}
	return known
}
