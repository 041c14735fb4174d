"""Names of columns that several tables have; how they are written: see `synonyms`."""

ACCOUNT = (
    "customer id, account id, client id, buyer id, reseller id, dealer id, debtor id, sold to id,"
    "sold to party, bill to id, business partner id, partner id, customer account, customer,"
    "client, account, reseller, dealer, debtor, buyer, sold to, bill to, kunnr, kunag, kunrg,"
    "kundennummer, kundennr, kunden id, kunde, debitor, 客户编号, 购货单位编号, 购买方编号,"
    "往来单位编号, 购货方编号, 买方编号, 经销商编号, 客户, 购货单位, 购买方, 往来单位, 买方,"
    "经销商, код клиента, код контрагента, код покупателя, код заказчика, код партнера, инн,"
    "клиент, контрагент, покупатель, заказчик, грузополучатель, ?customer name, ?client name,"
    "?account name, ?company name, ?company, ?reseller name, ?客户名称, ?购货单位名称,"
    "?购买方名称, ?单位名称, ?公司名称, ?наименование клиента, ?наименование контрагента,"
    "?название клиента, ?наименование покупателя, ?партнер, ?организация"
)
REGION = (
    "region, sales region, sales territory, territory, sales territory id, district, area,"
    "country, country region, country name, customer country, ship to country, state, province,"
    "market, bzirk, land1, regio, land, 地区, 区域, 大区, 销售区域, 销售地区, 所属区域, 省份,"
    "国家, 国家地区, регион, регион продаж, область, территория, страна, федеральный округ,"
    "регион клиента, ?state province name, ?city, ?城市, ?省市, ?город"
)
MANAGER = (
    "account manager, key account manager, sales manager, manager id, salesperson id,"
    "sales rep id, salesperson, sales person, sales rep, sales representative, seller, rep, vkgrp,"
    "verkäufer, kundenbetreuer, manager, manager name, account owner, sales employee, employee id,"
    "agent, 业务员, 业务员编号, 销售员, 销售人员, 业务人员, 客户经理, 销售经理, 销售代表,"
    "销售员编号, 跟单员, менеджер, ответственный менеджер, менеджер по продажам, код менеджера,"
    "основной менеджер, торговый представитель, продавец, куратор, ?responsible, ?owner,"
    "?employee, ?负责人, ?ответственный, ?сотрудник"
)
DOCUMENT = (
    "invoice id, invoice, billing document, bill id, sales document, document id, sales order id,"
    "order id, document, receipt id, transaction id, delivery id, sales order, vbeln, belnr,"
    "beleg, belegnummer, rechnungsnummer, rechnung, 发票号, 单据编号, 单据号, 销售单号, 出库单号,"
    "订单编号, 销售订单号, 单号, 合同号, 发票, номер документа, номер накладной, номер счета,"
    "номер счет фактуры, номер реализации, номер заказа, документ, документ продажи,"
    "документ реализации, реализация, накладная, регистратор, документ движения, ?order, ?заказ,"
    "?номер, ?订单"
)
PRODUCT_LINE = (
    "product line, product group, product category, product family, item category, item group,"
    "material group, category, product category name, english product category name, product type,"
    "division, spart, matkl, warengruppe, produktgruppe, 产品线, 产品类别, 产品大类, 产品分类,"
    "产品系列, 品类, 商品类别, 商品分类, 存货分类, 物料组, 物料分组, товарная группа,"
    "номенклатурная группа, группа товаров, товарная категория, вид номенклатуры,"
    "группа номенклатуры, продуктовая линейка, продуктовая линия, категория, категория товара,"
    "направление, ?group, ?subcategory, ?类别, ?группа"
)
INDUSTRY = (
    "industry, industry sector, sector, branch of industry, business type, brsch, branche, 行业,"
    "所属行业, 客户行业, 行业分类, отрасль, сфера деятельности, вид деятельности, ?客户类别,"
    "?segment, ?сегмент"
)
COMPETITOR = "competitor, rival, competitor name, 竞争对手, 竞品, 竞争者, конкурент, ?supplier"
NOTE = "note, notes, comment, comments, remark, remarks, 备注, 说明, примечание, комментарий"
EMPLOYEES = (
    "employees, number of employees, employee count, headcount, staff, number employees, 员工人数,"
    "员工数, 人数, 职工人数, численность, число сотрудников, количество сотрудников,"
    "численность персонала, mitarbeiter"
)
ANNUAL_REVENUE = (
    "annual revenue, yearly revenue, annual sales, annual turnover, company revenue, turnover,"
    "年营业额, 年收入, 年销售额, 营业收入, годовая выручка, годовой оборот, оборот компании,"
    "?revenue, ?выручка, ?营业额"
)
COMPANY = (
    "company name, customer name, account name, client name, reseller name, legal name, name,"
    "name1, company, organisation, organization, customer, client, firma, kundenname, 客户名称,"
    "公司名称, 单位名称, 企业名称, 购货单位名称, 名称, 客户全称, 公司, 客户, наименование,"
    "название, наименование клиента, наименование контрагента, название компании,"
    "название клиента, полное наименование, компания, организация, контрагент, клиент"
)
