"""Names of columns that several tables have; how they are written: see `synonyms`."""

ACCOUNT = (
    "sold to pt, sold to, sell to customer id, sell to customer, bill to customer id,"
    "sell to customer name, bill to customer, customer account id,"
    "customer id, account id, client id, buyer id, reseller id, dealer id, debtor id, sold to id,"
    "sold to party, bill to id, business partner id, partner id, customer account, customer,"
    "client, account, reseller, dealer, debtor, buyer, sold to, bill to, sold to customer,"
    "shop id, store customer id, payer, payer id, debtor account, kunnr, kunag, kunrg,"
    "kundennummer, kundennr, kunden id, kunde, debitor, 客户编号, 购货单位编号, 购买方编号,"
    "往来单位编号, 购货方编号, 买方编号, 经销商编号, 客户, 购货单位, 购买方, 往来单位, 买方,"
    "经销商, код клиента, код контрагента, код покупателя, код заказчика, код партнера, инн,"
    "клиент, контрагент, покупатель, заказчик, грузополучатель, 售达方, 付款方, 客户简码,"
    "客商编码, 客商, 往来户, 厂商, код покупатель, клиент код, контрагент код, партнер код,"
    "инн контрагента, auftraggeber, debitorennummer, debitorenkonto, code client, id client,"
    "compte client, acheteur, cliente, codigo cliente, codice cliente, cod cliente, id cliente,"
    "comprador, acquirente, klant, klantnummer, klant id, afnemer, debiteur, debiteurnummer,"
    "klient, id klienta, kontrahent, kod kontrahenta, nabywca, odbiorca, ?customer name,"
    "?client name, ?account name, ?customer full name, ?billing company, ?bill to name,"
    "?sold to name, ?customer company name, ?organisation name, ?organization name, ?deal company,"
    "?associated company, ?customer description, ?shop name, ?shop, ?company name, ?company,"
    "?reseller name, ?客户名称, ?购货单位名称, ?购买方名称, ?客户全称, ?客户简称, ?客户全名,"
    "?单位全名, ?往来单位全名, ?往来单位名称, ?购买方单位, ?购方名称, ?购方企业名称, ?客商名称,"
    "?售达方名称, ?厂商名称, ?单位名称, ?公司名称, ?наименование клиента,"
    "?наименование контрагента, ?название клиента, ?наименование покупателя, ?kundenname, ?firma,"
    "?nom client, ?raison sociale, ?nombre cliente, ?razon social, ?nome cliente,"
    "?ragione sociale, ?klantnaam, ?bedrijfsnaam, ?nazwa klienta, ?nazwa kontrahenta,"
    "?название контрагента, ?название покупателя, ?наименование заказчика, ?название организации,"
    "?контрагент наименование, ?клиент наименование, ?покупатель наименование,"
    "?наименование организации, ?партнер, ?организация,"
    "?partner, ?contact partner, ?asiakas, ?asiakasnumero, kund, kundnummer, kundnr, kundenummer,"
    "kundenr, ?kundnamn, ?kundenavn, asiakas, asiakasnumero"
)
REGION = (
    "region, sales region, sales territory, territory, sales territory id, district, area,"
    "country, country region, country name, customer country, ship to country, state, province,"
    "market, bzirk, land1, regio, land, 地区, 区域, 大区, 销售区域, 销售地区, 所属区域, 省份,"
    "国家, 国家地区, регион, регион продаж, область, территория, страна, федеральный округ,"
    "регион клиента, sold to country, billing country, customer region, ship country,"
    "office location, regional office, headquarters country, 所属地区, 客户区域, 客户地区,"
    "所在地区, 省, бизнес регион, регион покупателя, страна покупателя, verkaufsgebiet, gebiet,"
    "pays, departement, secteur commercial, pais, provincia, zona, comunidad, paese, nazione,"
    "regione, regio klant, provincie, kraj, wojewodztwo, ?state province name, ?city, ?城市,"
    "?省市, ?город"
)
MANAGER = (
    "account manager, key account manager, sales manager, manager id, salesperson id,"
    "sales rep id, salesperson, sales person, sales rep, sales representative, seller, rep, vkgrp,"
    "verkäufer, kundenbetreuer, manager, manager name, account owner, sales employee, employee id,"
    "agent, 业务员, 业务员编号, 销售员, 销售人员, 业务人员, 客户经理, 销售经理, 销售代表,"
    "销售员编号, 跟单员, менеджер, ответственный менеджер, менеджер по продажам, код менеджера,"
    "основной менеджер, торговый представитель, продавец, куратор, 经手人, 职员, 专管业务员,"
    "制单业务员, 所属业务员, 负责业务员, 客户负责人, 销售负责人, 业务负责人, 业务经理, 业务员名称,"
    "业务员姓名, 担当, ответственный за клиента, клиентский менеджер, персональный менеджер,"
    "менеджер клиента, kam, sales agent, deal owner, opportunity owner, invoice user,"
    "invoiced by salesperson, sales employee name, employee name, vertreter, aussendienst,"
    "vertriebsmitarbeiter, commercial, vendeur, representant, comercial, vendedor, agente,"
    "venditore, commerciale, verkoper, vertegenwoordiger, accountmanager, handlowiec, opiekun,"
    "opiekun klienta, przedstawiciel, sales rep employee id, support rep id, rep id, support rep,"
    "?responsible, ?owner, ?employee, ?负责人, ?业务, ?ответственный, ?сотрудник"
)
DOCUMENT = (
    "order lines order reference, order reference, fakturanummer, fakturanr, fakturaid,"
    "ordernummer, bilagsnummer, bilagsnr, laskun numero, laskunumero, verifikationsnummer,"
    "bill doc, billing doc,"
    "invoice id, invoice, billing document, bill id, sales document, document id, sales order id,"
    "order id, document, receipt id, transaction id, delivery id, sales order, vbeln, belnr,"
    "beleg, belegnummer, rechnungsnummer, rechnung, 发票号, 单据编号, 单据号, 销售单号, 出库单号,"
    "订单编号, 销售订单号, 单号, 合同号, 发票, номер документа, номер накладной, номер счета,"
    "номер счет фактуры, номер реализации, номер заказа, документ, документ продажи,"
    "документ реализации, реализация, накладная, регистратор, документ движения, 发票号码,"
    "单据号码, 销货单号, 出货单号, 开票凭证, 凭证号, 凭证编号, 票号, номер документа продажи,"
    "номер упд, документ номер, документ основание, расходная накладная, счет фактура, belegnr,"
    "rechnungsnr, rechnung id, auftragsnummer, lieferscheinnummer, belegfeld1, facture,"
    "id facture, numero facture, numero de facture, piece, id piece, numero piece, factura,"
    "id factura, numero factura, fattura, numero fattura, id fattura, numero documento, documento,"
    "factuur, factuurnummer, factuur id, bestelnummer, faktura, numer faktury, id faktury,"
    "dokument, numer dokumentu, invoice name, receipt, opportunity id, deal id,"
    "transaction document, ?memo id, ?num, ?number, ?order, ?заказ, ?номер, ?订单"
)
PRODUCT_LINE = (
    "product line, product group, product category, product family, item category, item group,"
    "material group, category, product category name, english product category name, product type,"
    "division, spart, matkl, warengruppe, produktgruppe, 产品线, 产品类别, 产品大类, 产品分类,"
    "产品系列, 品类, 商品类别, 商品分类, 存货分类, 物料组, 物料分组, товарная группа,"
    "номенклатурная группа, группа товаров, товарная категория, вид номенклатуры,"
    "группа номенклатуры, продуктовая линейка, продуктовая линия, категория, категория товара,"
    "направление, 产品组, 商品类型, 货品类别, 货品分类, 物料类别, 物料分类, 存货大类, 品种,"
    "产品类型, номенклатура группа, номенклатура вид номенклатуры, товарное направление,"
    "ассортиментная группа, warengruppen, artikelgruppe, produktkategorie, sparte, famille,"
    "famille article, famille produit, categorie, categorie produit, gamme, familia,"
    "familia producto, categoria, linea producto, categoria prodotto, famiglia, linea prodotto,"
    "gruppo merceologico, productgroep, artikelgroep, categorie product, grupa towarowa,"
    "kategoria, kategoria produktu, grupa produktow, product segment, series, product series,"
    "?group, ?subcategory, ?类别, ?группа"
)
INDUSTRY = (
    "industry, industry sector, sector, branch of industry, business type, brsch, branche, 行业,"
    "所属行业, 客户行业, 行业分类, отрасль, сфера деятельности, вид деятельности, 行业类别,"
    "客户所属行业, 行业类型, secteur activite, secteur, industrie, settore, branza, ?客户类别,"
    "?segment, ?сегмент"
)
COMPETITOR = (
    "competitor, rival, competitor name, 竞争对手, 竞品, 竞争者, конкурент, 对手, 主要竞争对手,"
    "竞争品牌, wettbewerber, mitbewerber, concurrent, competidor, concorrente, конкуренты,"
    "?supplier"
)
NOTE = "note, notes, comment, comments, remark, remarks, 备注, 说明, примечание, комментарий"
EMPLOYEES = (
    "employees, number of employees, employee count, headcount, staff, number employees, 员工人数,"
    "员工数, 人数, 职工人数, 员工数量, 企业人数, 公司规模, 人员规模, 规模, штат, численность,"
    "число сотрудников, количество сотрудников, численность персонала, mitarbeiter"
)
ANNUAL_REVENUE = (
    "annual revenue, yearly revenue, annual sales, annual turnover, company revenue, turnover,"
    "年营业额, 年收入, 年销售额, 营业收入, годовая выручка, годовой оборот, оборот компании,"
    "年产值, 年销售收入, 年营收, 年收入规模, выручка клиента, ?revenue, ?выручка, ?营业额"
)
COMPANY = (
    "company name, customer name, account name, client name, reseller name, legal name, name,"
    "name1, company, organisation, organization, customer, client, billing company,"
    "organization name, organisation name, customer full name, firma, kundenname, 客户名称,"
    "公司名称, 单位名称, 企业名称, 购货单位名称, 名称, 客户全称, 公司, 客户, 客户简称, 客户全名,"
    "单位全名, 往来单位全名, 往来单位名称, 企业, raison sociale, nom client, nom, razon social,"
    "nombre cliente, nombre, ragione sociale, nome cliente, nome, klantnaam, bedrijfsnaam, naam,"
    "nazwa klienta, nazwa, nazwa kontrahenta, наименование, название, наименование клиента,"
    "наименование контрагента, название компании, название клиента, полное наименование, компания,"
    "организация, контрагент, клиент"
)
# Columns that hold a part of a date.
YEAR_COLUMNS = (
    "year, fiscal year, calendar year, sales year, jahr, geschäftsjahr, kalenderjahr, année, annee,"
    "exercice, año, anno, ano, ejercicio, jaar, rok, år, год, 年, 年份, 年度, 会计年度, 財年"
)
MONTH_COLUMNS = (
    "month, calendar month, sales month, month name, monat, kalendermonat, mois, mes, mese, maand,"
    "miesiąc, måned, månad, mês, месяц, 月, 月份"
)
QUARTER_COLUMNS = (
    "quarter, calendar quarter, quartal, trimestre, kwartaal, kwartał, kvartal, квартал, 季度, 季"
)
PERIOD_COLUMNS = "period, periode, période, periodo, okres, период, 期间"
FINER_COLUMNS = f"{MONTH_COLUMNS}, {QUARTER_COLUMNS}, {PERIOD_COLUMNS}"  # than a year
TIME_COLUMNS = f"{YEAR_COLUMNS}, {FINER_COLUMNS}"
