package docs

import (
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/retain"
	"lintu/trust"
)

// The tables of both editions of the privacy page.

var classNames = map[kg.Privacy]string{kg.Personal: "个人信息", kg.Sensitive: "敏感个人信息"}

func classTableZH() string {
	var rows [][]string
	for _, class := range []kg.Privacy{kg.Personal, kg.Sensitive} {
		for _, d := range kg.Kinds {
			for _, f := range kg.FieldsOf(d.Kind) {
				if f.Class == class {
					rows = append(rows, []string{classNames[class], d.ZH, f.ZH, "`" + d.Type + "." + f.Name + "`"})
				}
			}
		}
	}
	return table([]string{"类别", "对象", "字段", "名称"}, rows)
}

// rightsOf are the names of a role's rights.
func rightsOf(d trust.RoleDef) string {
	var names []string
	for r := trust.Areas; r < trust.Anyone; r <<= 1 {
		if d.Rights&r != 0 {
			names = append(names, "`"+r.String()+"`")
		}
	}
	return strings.Join(names, " ")
}

func roleTable() string {
	var rows [][]string
	for _, d := range trust.Roles {
		rows = append(rows, []string{"`" + string(d.Role) + "`", d.ZH, d.EN, rightsOf(d)})
	}
	return table([]string{"role", "中文", "what it sees and does", "rights"}, rows)
}

func roleTableZH() string {
	var rows [][]string
	for _, d := range trust.Roles {
		rows = append(rows, []string{d.ZH, "`" + string(d.Role) + "`", rightsOf(d)})
	}
	return table([]string{"角色", "名称", "权限"}, rows)
}

func purposeTable() string {
	var rows [][]string
	for _, d := range trust.Purposes {
		rows = append(rows, []string{"`" + string(d.Purpose) + "`", d.ZH, d.EN})
	}
	return table([]string{"purpose", "中文", "what for"}, rows)
}

func purposeTableZH() string {
	var rows [][]string
	for _, d := range trust.Purposes {
		rows = append(rows, []string{d.ZH, "`" + string(d.Purpose) + "`"})
	}
	return table([]string{"用途", "名称"}, rows)
}

func consentTable() string {
	var rows [][]string
	for _, p := range kg.ConsentPurposes {
		rows = append(rows, []string{"`" + p.Purpose + "`", p.ZH, p.EN})
	}
	return table([]string{"purpose", "中文", "consent to"}, rows)
}

func consentTableZH() string {
	var rows [][]string
	for _, p := range kg.ConsentPurposes {
		rows = append(rows, []string{p.ZH, "`" + p.Purpose + "`"})
	}
	return table([]string{"同意事项", "名称"}, rows)
}

func retentionTable() string {
	var rows [][]string
	for _, d := range retain.Classes {
		rows = append(rows, []string{"`" + string(d.Class) + "`", d.EN, retain.Period(d.Default), fmt.Sprintf("%s to %s", retain.Period(d.Least), retain.Period(d.Most)), d.Basis})
	}
	return table([]string{"class", "what is kept, and what becomes of it", "kept", "can be set", "law"}, rows)
}

func retentionTableZH() string {
	var rows [][]string
	for _, d := range retain.Classes {
		rows = append(rows, []string{d.ZH, "`" + string(d.Class) + "`", retain.Period(d.Default), fmt.Sprintf("%s – %s", retain.Period(d.Least), retain.Period(d.Most)), d.Basis})
	}
	return table([]string{"内容", "名称", "保存期", "可设范围", "依据"}, rows)
}

// Both editions answer the same questions: the same number of sections, the impact assessment with every heading of the law.
func TestBothEditionsOfThePrivacyPageHaveTheSameSections(t *testing.T) {
	all := pages(t)
	en, zh := strings.Count(all["docs/privacy.md"], "\n## "), strings.Count(all["docs/privacy.zh-CN.md"], "\n## ")
	if en != zh || en < 9 {
		t.Errorf("%d and %d sections", en, zh)
	}
	for _, article := range []string{"13", "14", "15", "17", "18", "19", "24", "28", "29", "45", "46", "47", "51", "55", "56"} {
		for _, page := range []string{"docs/privacy.md", "docs/privacy.zh-CN.md"} {
			if !strings.Contains(all[page], "PIPL "+article) && !strings.Contains(all[page], ", "+article) && !strings.Contains(all[page], "、"+article) && !strings.Contains(all[page], "第 "+article+" 条") {
				t.Errorf("%s does not say what article %s asks for", page, article)
			}
		}
	}
}
