/**
 * The words that a vendor's message may show: those of refusals, fields and limits, in their plain forms. A word that is
 * missing costs a reader one word; a name, a place or an animal here would be a part of somebody's password.
 */
const WORDS = `
a about above accept acceptable access accessible account accountable across act activate active actual add addition
additional address adjust admin administrator admission affect after again against age agent ago agree ahead alias
align all allocate allow allowance allowlist almost alone along alphanumeric already also alternative although
always am ambiguous among amount an and another answer any anybody anymore anyone anything anyway apart api app
appear append applicable application appropriate approval approve april archive are area argument around array as
ascii ask assign associate at attach attempt attribute audit august auth authenticate authenticity author
authorisation authorise authority authorization authorize auto automatic automatically availability available avoid
await away back backend backoff bad balance ban bandwidth bare base basic batch bctrl be bearer became because
become been before begin beginning behalf behind being belong below best better between beyond big bill billable bit
blacklist blank block blocklist body bodyless bolna boolean both bound boundary bracket break brief bring broken
browser bucket budget buffer bug build built bulk business busy but button by byte cache calculate calendar call
callback callee can cancel cancelled cannot cap capability capacity capped captcha card carry case catch category
cause cent certain certificate change channel char character charge charset check child choice choose chosen chunk
cidr city claim class clean clear cli client clock close cluster code collect colon column combination come comma
command comment common company compare compatible complete compliance component compress compute concept concurrency
concurrent condition config configuration configure confirm confirmation conflict connect consider consist
consistent console constraint consume contact contain content context continue contract control conversation convert
cooldown copy core correct corrupt cost could couldn count country cover cpu create creator credential credit
criteria cross csv currency current cursor custom cut cycle dash dashboard data database date day db deactivate dead
deadlock debit debug december decimal declare declined decode decrease deduct default defer define definition
degraded delay delete deliver delivery deny department depend dependency dependent deploy deployment deprecate
describe description deserialize design destination destroy detail detect determine dev development device did didn
differ difference different digit direct directory disable disabled disallow discard disconnect disk display
distinct dns do docs document documentation does doesn dollar domain don done dot double down downgrade dozen draft
drop due duplicate duration during each earliest early edit editor effect effective eight either element eligible
else elsewhere email emoji empty emulator enable encode encounter end endpoint enforce engine enough ensure enter
enterprise entire entitlement entity entry enum enumeration environment equal err error estimate etc eur euro even
event ever every everything exact example exceed except excess exclude exclusive execute exhaust exist existence
expect expensive expiration expire expiry explicit exponential export express extend extension external extra fail
failure false faq far faster fatal fault feature february fetch few field figure file fill filter final finalization
finalize find finish finite firewall first five fix flag flat float fold follow for forbid forbidden force foreign
forever form format formatted found four fraction free frequency frequent friday from full fully function fund
further future gateway gave gb general generate generic geo get getting gib give given global go goes going gone
good got grace grant graphql greater group growth grpc guarantee guide gzip had hadn half handle handshake happen
hard has hasn have haven he head headers health held help hence her here hidden hide high highest hint his hit hobby
hold hook host hostname hour how however html http hundred hyphen id idea idempotency idempotent identical identify
identity idle ids if ignore illegal immediate immutable impersonate implement implicit import impossible in inactive
inbound incident include inclusive incomplete inconsistent incorrect increase increment indeed index indicate
individual info inform information inherit initial initialize inner input insert inside instance instead
insufficient int integer integration integrity intended internal interval into introduce invalid invalidate
investigate invite invoice involve ip ipv is isn isolate issue it item its itself january jitter job join json july
june just kb keep kept key keyword kib kind know known kyb kyc label lack language large largest last late latency
latest latter launch law layer lead learn least leave left legacy legal length less let letter level license
lifetime like limit limitation line link list live load local locale locate lock log logical login logout long
longest look lookup loop lost low lowercase lowest made mail main maintain maintenance make malformed manage
management mandatory manual many map march mark marketing master match max maximum may maybe mb me mean measure
media medium meet member memory merge message meta metadata meter method mib mid middle might migrate million mime
min minimal minimum minute misconfigured misdirected mismatch miss mistake mode model modify module moment monday
mongo mongodb monitor month more moreover most move ms much multi multipart multiple multitenant must mustn my mysql
name namespace nan native near necessary need negative negotiates neither nested network never nevertheless new
newest next nine no nobody non none nonexistent nor normal not note nothing notice notification notify november now
null nullable number numeric object obsolete obtain occupied occur occurred october of off official offline offset
often ok okay old oldest omit on onboarding once one ongoing online open operate operations operator option optional
or order ordinary org organisation organization origin original other otherwise our out outage outbound outcome
outdated output outside over overage overdue overflow overlap overlimit override overview owing own ownership
package page pagination pair panel parallel param parameter parent parse parseable part partial particular partner
party pass passive password past patch path pattern pause pay payload payment peer penalty pending per percent
percentage perform period permanent permission permit permitted person personal phone pick piece place plain plan
platform playground please plus point policy pool port portal position positive possible post postgres postgresql
postpone potential practice preceding precise precondition prefer prefix premium prepaid present preserve press
prevent preview previous price primary principal print prior priority private privilege pro probably problem
procedure proceed process produce product profile program progress prohibit project prompt proof proper property
proportion propose protect protocol provide provision proxy public publish pull pulumi purchase purge purpose push
put qualify quantity quarter query question queue quick quota quote raise random range rate rather raw reach read
readable readonly ready real reason receive recent recipient recognise recognize recommend reconcile reconciliation
reconnect record recover redirect redis reduce reenable refer reference refresh refund refuse regard regex region
register registration regular reject rejoin relate relative release relevant reload remain remainder remediation
remember remote removal remove rename renew renewal repeat replace replay replayable reply report represent request
requeue require requirement rescheduled reseller resend reserve reset resolve resource respond response rest restart
restore restrict resubmit result resume retain retention retired retry retryable return reuse revalidate reverse
revert review revision revocation revoke right role root rotate route row rpc rule run running runtime sa safe
safety sale same sandbox saturday save say scale schedule schema scope script sdk search seat second secret section
secure security see seem seen segment select self send sent separate september sequence serializable serialize
series server service session set setting seven several severe shall shape share she shell short should shouldn show
shown shut side sign signature signin signout signup similar simple simply simultaneous since single six size skip
slash sleep slot slow slug small smallest sms so soap soft software some someone something sometimes soon sorry sort
source space spam special specific specification specify spend spent split sql ssl stage stale standard start state
statement static status stay step still stop stopped storage store stream strict string strong structure sub
subaccount subject submit submitted subnet subscribe subscription subsequent subset substitute succeed success
successful such sufficient suffix suggest suitable sum summary sunday super supply support suppose sure suspend
suspension switch symbol syntax system table tag take taken target task tax tcp team teapot telegram telephony
template temporary ten tenancy tenant term terminal terminate test text than thank that the their them then there
therefore these they things think third this those though thousand three threshold throttle through throughout
throughput thrown thursday thus tier till time timeout timestamp timezone title tls to today together token told
tomorrow too took tool top topic total touch toward traceback track traffic trailing transaction transcript transfer
transient transition translate transport trial trigger true truncate trust try tuesday turn tutorial twice two type
typo ui unable unacceptable unarchive unauthenticated unauthorised unauthorized unavailable uncertain unchanged
unclear undefined under undergo underlying underscore understand unexpected unfinished unfortunately unhandled
unhealthy unicode unique uniqueness unit unknown unless unlimited unlink unlock unpaid unparsable unparseable
unprocessable unreachable unreadable unrecognised unrecognized unresolved unrevoked unsafe unset unsigned
unspecified unsupported unsuspend until unused unusual unverifiable unverified up upcoming update upgrade upload
upon upper uppercase upserted upstream uptime uri url us usable usage use username users usual utc utf uuid valid
validate validity value variable variant various vendor verb verification verify version very via view violate
virtual visible voice volume wait want warning was wasn way we web webhook websocket wednesday week well went were
what whatever whatsapp when whenever where whether which while white whitelist whitespace who whoami whole whom
whose why widget width wildcard will window with withdraw within without won word work workspace would wouldn wrap
write written wrong wss xml yaml year yes yesterday yet yield you your yourself zavu zero zone
`;

const SUFFIXES = ["s", "es", "d", "ed", "ing", "ly", "er", "ion"];

let plain: Set<string> | undefined;

/** Whether a word, in any case, is one that every vendor may use. */
export function isPlainWord(word: string): boolean {
  plain ??= new Set(WORDS.split(/\s+/).filter((each) => each !== ""));
  const lower = word.toLowerCase();
  return plain.has(lower) || stems(lower).some((stem) => stem.length >= 3 && plain?.has(stem));
}

/** What a word may be a form of: `expires`, `denied`, `creating`. */
function stems(word: string): string[] {
  const bases = SUFFIXES.filter((suffix) => word.endsWith(suffix)).map((suffix) =>
    word.slice(0, -suffix.length),
  );
  return bases.flatMap((base) => [
    base,
    `${base}e`,
    ...(base.endsWith("i") ? [`${base.slice(0, -1)}y`] : []),
  ]);
}
