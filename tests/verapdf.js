// Files against PDF/UA-1 by veraPDF: a line of JSON for each, the rules it breaks.
// Its own reader of rules needs what Java no longer holds: they are read here.
var vera = Packages.org.verapdf;
var Profiles = vera.pdfa.validation.profiles.Profiles;
var UA = vera.pdfa.flavours.PDFAFlavour.PDFUA_1;

function each(node, name, visit) {
  var found = node.getElementsByTagName(name);
  for (var i = 0; i < found.getLength(); i++) visit(found.item(i));
}

function text(node, name) {
  return node.getElementsByTagName(name).item(0).getTextContent();
}

function rules() {
  var loader = java.lang.Thread.currentThread().getContextClassLoader();
  var source = loader.getResourceAsStream("org/verapdf/pdfa/validation/PDFUA-1.xml");
  var root = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source);
  var none = new java.util.ArrayList(), kept = new java.util.HashSet(), variables = new java.util.HashSet();
  each(root, "rule", function (rule) {
    var id = rule.getElementsByTagName("id").item(0);
    kept.add(Profiles.ruleFromValues(
      Profiles.ruleIdFromValues(UA.getPart(), id.getAttribute("clause"), Number(id.getAttribute("testNumber"))),
      rule.getAttribute("object"),
      java.lang.Boolean.valueOf(rule.getAttribute("deferred")),
      rule.getAttribute("tags"),
      text(rule, "description"),
      text(rule, "test"),
      Profiles.errorFromValues(text(rule, "message"), none),
      none
    ));
  });
  each(root, "variable", function (one) {
    var values = [text(one, "defaultValue"), text(one, "value")];
    variables.add(Profiles.variableFromValues(one.getAttribute("name"), one.getAttribute("object"), values[0], values[1]));
  });
  var details = Profiles.profileDetailsFromValues("", "", "", new java.util.Date());
  return Profiles.profileFromValues(UA, details, "", kept, variables);
}

function broken(path, ua) {
  var foundry = vera.pdfa.Foundries.defaultInstance();
  var parser = foundry.createParser(new java.io.FileInputStream(path), UA);
  var assertions = foundry.createValidator(ua, false).validate(parser).getTestAssertions().iterator();
  var found = {};
  while (assertions.hasNext()) {
    var one = assertions.next();
    if (String(one.getStatus()) !== "failed") continue;
    var rule = one.getRuleId();
    found[rule.getClause() + "-" + rule.getTestNumber()] = one.getMessage() + " " + one.getLocation().getContext();
  }
  parser.close();
  return found;
}

vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var ua = rules();
for (var i = 0; i < arguments.length; i++) {
  print(JSON.stringify({ rules: ua.getRules().size(), broken: broken(arguments[i], ua) }));
}
