package text

// polyphones lists the characters with two readings that are alive in today's
// names of people, places and bodies, the likelier first, and those whose
// first reading in the library is not the usual one. It was chosen by hand
// from the characters of GB 2312 that the library gives several readings.
const polyphones = `
阿a,e 艾ai,yi 拗ao,niu 扒ba,pa 柏bai,bo 蚌bang,beng 磅bang,pang 膀bang,pang 刨bao,pao 堡bao,pu 陂bei,pi
贲ben,bi 裨bi,pi 便bian,pian 扁bian,pian 槟bing,bin 伯bo,bai 剥bo,bao 薄bo,bao 泊bo,po 卜bu,bo 参can,shen
藏cang,zang 差cha,chai 刹cha,sha 查cha,zha 掺chan 禅chan,shan 颤chan,zhan 长chang,zhang 朝chao,zhao 车che,ju
称cheng,chen 澄cheng,deng 乘cheng,sheng 匙chi,shi 仇chou,qiu 臭chou,xiu 畜chu,xu 褚chu,zhu 传chuan,zhuan
伺ci,si 枞cong,zong 大da,dai 单dan,shan 弹dan,tan 澹dan,tan 得de,dei 的de,di 地di,de 佃dian,tian 钿dian,tian
调diao,tiao 侗dong,tong 垌dong,tong 峒dong,tong 都du,dou 度du,duo 沌dun,zhuan 恶e,wu 蕃fan,bo 番fan,pan
繁fan,po 佛fo,fu 否fou,pi 脯fu,pu 盖gai,ge 镐gao,hao 蛤ge,ha 给gei,ji 谷gu,yu 莞guan,wan 桧gui,hui 龟gui,qiu
夯hang,ben 合he,ge 貉he,hao 核he,hu 和he,huo 虹hong,jiang 鹄hu,gu 浒hu,xu 还huan,hai 嬛huan,xuan 会hui,kuai
豁huo,hua 藉ji,jie 稽ji,qi 缉ji,qi 祭ji,zhai 夹jia,ga 贾jia,gu 伽jia,qie 见jian,xian 将jiang,qiang
降jiang,xiang 剿jiao,chao 嚼jiao,jue 角jiao,jue 侥jiao,yao 芥jie,gai 解jie,xie 劲jin,jing 颈jing,geng
靓jing,liang 炅jiong,gui 桔ju,jie 咀ju,zui 觉jue,jiao 隽jun,juan 浚jun,xun 筠jun,yun 咖ka,ga 卡ka,qia
槛kan,jian 扛kang,gang 咳ke,hai 壳ke,qiao 吭keng,hang 傀kui 溃kui,hui 括kuo,gua 烙lao,luo 姥lao,mu 勒le,lei
了le,liao 乐le,yue 肋lei,le 棱leng,ling 栎li,yue 俩lia,liang 潦liao,lao 蓼liao,lu 六liu,lu 泷long,shuang
碌lu,liu 陆lu,liu 露lu,lou 纶lun,guan 落luo,la 络luo,lao 漯luo,ta 绿lv,lu 埋mai,man 脉mai,mo 蔓man,wan
氓mang,meng 没mei,mo 泌mi,bi 秘mi,bi 宓mi,fu 糜mi,mei 谜mi,mei 渑mian,sheng 缪miao,mou 抹mo,ma 模mo,mu
牟mou,mu 哪na,ne 娜na,nuo 呢ne,ni 溺ni,niao 尿niao,sui 乜nie,mie 弄nong,long 疟nve,yao 胖pang,pan 炮pao,bao
辟pi,bi 骠piao,biao 屏ping,bing 曝pu,bao 瀑pu,bao 埔pu,bu 朴pu,piao 奇qi,ji 期qi,ji 荠qi,ji 栖qi,xi 契qi,xie
乾qian,gan 茜qian,xi 荨qian,xun 铅qian,yan 强qiang,jiang 鞘qiao,shao 茄qie,jia 亲qin,qing 覃qin,tan
溱qin,zhen 瞿qu,ju 区qu,ou 圈quan,juan 券quan,xuan 炔que 雀que,qiao 婼ruo,chuo 若ruo,re 塞sai,se 色se,shai
莎sha,suo 厦sha,xia 杉shan,sha 裳shang,chang 歙she,xi 沈shen,chen 什shen,shi 晟sheng,cheng 盛sheng,cheng
省sheng,xing 拾shi,she 食shi,si 氏shi,zhi 识shi,zhi 熟shu,shou 数shu,shuo 属shu,zhu 术shu,zhu 率shuai,lv
说shuo,shui 俟si,qi 似si,shi 宿su,xiu 缩suo,su 沓ta,da 焘tao,dao 提ti,di 褪tui,tun
囤tun,dun 驮tuo,duo 拓tuo,ta 万wan,mo 菀wan,yu 隗wei,kui 崴wei,wai 圩wei,xu 尾wei,yi 尉wei,yu 蔚wei,yu
涡wo,guo 郗xi,chi 系xi,ji 蹊xi,qi 洗xi,xian 虾xia,ha 吓xia,he 纤xian,qian 铣xian,xi 巷xiang,hang 校xiao,jiao
削xiao,xue 颉xie,jie 莘xin,shen 行xing,hang 荥xing,ying 吁xu,yu 血xue,xie 郇xun,huan 咽yan,ye 钥yao,yue
叶ye,xie 遗yi,wei 殷yin,yan 涌yong,chong 俞yu,shu 员yuan,yun 约yue,yao 熨yun,yu 咋za,zha 攒zan,cuan 择ze,zhai
曾zeng,ceng 栅zha,shan 轧zha,ya 扎zha,za 翟zhai,di 粘zhan,nian 辗zhan,nian 召zhao,shao 爪zhao,zhua 折zhe,she
着zhe,zhuo 峙zhi,shi 殖zhi,shi 种zhong,chong 重zhong,chong 著zhu,zhuo 赚zhuan,zuan 幢zhuang,chuang
椎zhui,chui 琢zhuo,zuo 仔zi,zai 卒zu,cu 柞zuo,zha
長chang,zhang 單dan,shan 樂le,yue 會hui,kuai 廈sha,xia 車che,ju 區qu,ou 傳chuan,zhuan 種zhong,chong
還huan,hai 蓋gai,ge 繆miao,mou 員yuan,yun 萬wan,mo 覺jue,jiao 調diao,tiao 彈dan,tan 強qiang,jiang
將jiang,qiang 參can,shen 賈jia,gu 陸lu,liu
`

// surnames lists the characters whose reading as a surname is another than the
// usual one.
const surnames = `
秘bi 种chong 繁po 盖ge 蓋ge 句gou 阚kan 乐yue 樂yue 佴nai 能nai 粘nian 区ou 區ou 朴piao 仇qiu 单shan 單shan 召shao
折she 莘shen 洗xian 解xie 员yun 員yun 贠yun 查zha 祭zhai
`

// compoundSurnames lists the surnames of two characters that are read
// otherwise than their characters alone, with both syllables.
var compoundSurnames = map[string][2]string{
	"尉迟": {"yu", "chi"}, "尉遲": {"yu", "chi"},
	"万俟": {"mo", "qi"}, "萬俟": {"mo", "qi"},
	"长孙": {"zhang", "sun"}, "長孫": {"zhang", "sun"},
	"澹台": {"tan", "tai"}, "澹臺": {"tan", "tai"},
	"乐正": {"yue", "zheng"}, "樂正": {"yue", "zheng"},
	"子车": {"zi", "ju"}, "子車": {"zi", "ju"},
}
