package importer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lintu/importer/sheet"
	"lintu/kg"
)

// Code says what is wrong with a row; reports and scripts may rely on it.
type Code string

// The codes of problems.
const (
	UnknownReference Code = "UNKNOWN_REFERENCE"
	DuplicateKey     Code = "DUPLICATE_KEY"
	BadLevel         Code = "BAD_LEVEL"
	BadEnum          Code = "BAD_ENUM"
	BadDate          Code = "BAD_DATE"
	BadValue         Code = "BAD_VALUE"
	OutOfRange       Code = "OUT_OF_RANGE"
	RaggedRow        Code = "RAGGED_ROW"
	BadQuote         Code = "BAD_QUOTE"
	NotUTF8          Code = "NOT_UTF8"
	NotJSON          Code = "NOT_JSON"
	TooLong          Code = "TOO_LONG"
	DatumMissing     Code = "DATUM_MISSING"
	ForbiddenColumn  Code = "FORBIDDEN_COLUMN"
	ForbiddenValue   Code = "FORBIDDEN_VALUE"
	UnknownColumn    Code = "UNKNOWN_COLUMN"
	DuplicateColumn  Code = "DUPLICATE_COLUMN"
	MissingColumn    Code = "MISSING_COLUMN"
	MissingKey       Code = "MISSING_KEY"
	NotAllowed       Code = "NOT_ALLOWED"
	TwoAtATime       Code = "TWO_AT_A_TIME"
	Circle           Code = "CIRCLE"
	DependsOnRefused Code = "DEPENDS_ON_REFUSED"
	Erased           Code = "ERASED"
)

// reasons are what the codes mean, in English and in Chinese.
var reasons = map[Code][2]string{
	UnknownReference: {"names something that is neither in the files nor in the store", "引用的对象既不在文件中，也不在库中"},
	DuplicateKey:     {"is there twice", "重复"},
	BadLevel:         {"is no level", "级别不对"},
	BadEnum:          {"is not an allowed value", "不是允许的取值"},
	BadDate:          {"is not a date", "日期不对"},
	BadValue:         {"is not of the column's form", "格式不对"},
	OutOfRange:       {"is out of range", "超出范围"},
	RaggedRow:        {"the row has not as many cells as the header", "该行的列数与表头不一致"},
	BadQuote:         {"the quotes of the row are wrong", "引号不对"},
	NotUTF8:          {"is not UTF-8; convert the file, or use --encoding gb18030", "不是 UTF-8 编码；请转换文件，或使用 --encoding gb18030"},
	NotJSON:          {"the line is not a JSON object", "该行不是 JSON 对象"},
	TooLong:          {"is too long", "过长"},
	DatumMissing:     {"degrees without a datum: mark the columns (lat@GCJ02), add a column datum, or use --datum", "坐标没有注明坐标系：请在表头注明（lat@GCJ02）、增加 datum 列，或使用 --datum"},
	ForbiddenColumn:  {"must not be kept here: faces, religion, vehicle plates and identity-card numbers are refused", "不得录入：人脸、宗教、车牌和身份证号一律拒收"},
	ForbiddenValue:   {"looks like an identity-card number, which must not be kept here", "疑似身份证号，不得录入"},
	UnknownColumn:    {"is no column of this kind", "没有这一列"},
	DuplicateColumn:  {"is the name of two columns", "列名重复"},
	MissingColumn:    {"the file lacks a column that it needs", "缺少必需的列"},
	MissingKey:       {"the row has neither an id nor a whole natural key", "该行既没有 id，也没有完整的自然键"},
	NotAllowed:       {"is not allowed here", "此处不允许"},
	TwoAtATime:       {"a second tie of a relation that allows one at a time", "同一时间只允许一条此类关系"},
	Circle:           {"the thing would be inside itself", "上下级关系成环"},
	DependsOnRefused: {"depends on a row that is refused", "依赖于被拒收的行"},
	Erased:           {"was erased, and a file does not bring it back; a row with a new id of its own would", "已被删除，导入不会恢复；如确需重新登记，请给该行一个新的 id"},
}

// Problem is one thing that is wrong in one row.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Code   Code   `json:"code"`
	EN     string `json:"reason"`
	ZH     string `json:"reasonZh"`
}

// problem says what is wrong; detail, where it is not empty, is added in both languages: allowed values, a line.
func problem(code Code, column, value, detail string) Problem {
	en, zh := reasons[code][0], reasons[code][1]
	if detail != "" {
		en, zh = en+": "+detail, zh+"："+detail
	}
	return Problem{Column: column, Value: clip(value), Code: code, EN: en, ZH: zh}
}

// clip shortens what is echoed of a file.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// rowProblem says what is wrong with a row that cannot be read.
func rowProblem(e *sheet.RowError) Problem {
	detail := ""
	if e.Fault == sheet.Ragged {
		detail = fmt.Sprintf("%d, %d", e.Have, e.Want)
	}
	p := problem(Code(e.Fault), e.Column, e.Value, detail)
	p.Line = e.Line
	return p
}

// fieldProblem says what package kg found wrong with a value.
func fieldProblem(l *layout, columnName, value string, err error) Problem {
	var invalid *kg.InvalidError
	if !errors.As(err, &invalid) {
		return problem(BadValue, columnName, value, err.Error())
	}
	code := BadValue
	i := slices.IndexFunc(l.columns, func(c column) bool { return c.name == columnName })
	if i >= 0 {
		code = codeOf(&l.columns[i])
	}
	detail := invalid.Allowed
	if code == BadValue {
		detail = invalid.Problem
		if invalid.Allowed != "" {
			detail += "; " + invalid.Allowed
		}
	}
	return problem(code, columnName, value, detail)
}

func codeOf(c *column) Code {
	switch {
	case c.role == roleLat || c.role == roleLon || c.role == roleConfidence:
		return OutOfRange
	case c.role == roleValidFrom || c.role == roleValidTo:
		return BadDate
	case c.field != nil && c.field.Name == "level" && c.field.Type == kg.Pick:
		return BadLevel
	case c.field != nil && c.field.Type == kg.Pick, c.tie != nil && len(c.tie.Values) > 0:
		return BadEnum
	case c.field != nil && c.field.Type == kg.Day:
		return BadDate
	}
	return BadValue
}

// forbidden are names of columns that are refused, and parts of such names.
var forbidden = []string{
	"face", "facial", "人脸", "面部", "religion", "faith", "宗教", "信仰", "plate", "plateno", "platenumber", "licenseplate", "licenceplate", "车牌", "车牌号",
	"idcard", "idcardno", "idcardnumber", "identitycard", "identitycardnumber", "idnumber", "身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码",
}

func isForbidden(name string) bool {
	p := plain(name)
	return slices.ContainsFunc(forbidden, func(f string) bool {
		if p == f {
			return true
		}
		return (len(f) > 5 || f[0] >= 0x80) && strings.Contains(p, f)
	})
}

// identityWeights are those of the check digit of an identity-card number (GB 11643).
var identityWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// isIdentityNumber says whether a text is an identity-card number: 17 digits and a check digit that is right.
func isIdentityNumber(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i, w := range identityWeights {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += w * int(s[i]-'0')
	}
	check := "10X98765432"[sum%11]
	return s[17] == check || (check == 'X' && s[17] == 'x')
}
