// Package e2e proves the product from outside: the real program is built, started as a process of its own with its
// own data, and spoken to by phones.
//
// Kinds of peer that call it and are called by it: baresip, sipp and linphone, which others wrote, and a small phone made
// for these tests, which keeps the time of every packet. Each box lives on loopback addresses of its own, so that tests
// run side by side. What is read back comes from the command line, /metrics and files, as an operator would.
//
// What goes on around a call is proved by programs of others on every leg. Each party says a tone of its own; what each
// hears, and what the recording holds, is judged by those tones, the ones that must not be there among them. What baresip
// and linphone hear they keep themselves; what sipp is sent is taken from the wire.
//
//	                                                           sipp                  baresip
//	transfer, consult    TestTransfersByPeers                  customer, phone       agent, who is asked
//	conference           TestConferenceOfPeers                 party, who vanishes   two parties, one kicked
//	listening in         TestListeningInByPeers                customer              agent, supervisor
//	                     TestWhisperBetweenBaresips                                  customer, agent, supervisor
//	parking, picking up  TestParkingAndPickingUpByPeers        customer, rung phone  agent, who fetches
//	forwarding, DND      TestForwardingAndDoNotDisturbByPeers  phone forwarded to    user, caller
//	voicemail            TestVoicemailByPeers                  leaves a message      leaves one, hears one, lamp
//	callback             TestCallbackToASipp                   customer              agent
//	                     TestCallbackToABaresip                                      customer, agent
//	calling out          TestCallingOutByPeers                 both trunks           agent, dials and clicks
//	after the call       TestSurveyByPeers                     caller                caller, agent
//	several phones       TestSeveralPhonesOfAnAgentByPeers     caller, phone         two phones, two lines
//
// linphone transfers in TestLinphoneTransfers and has lamps in TestLinphoneLamps; the tests of internal/lines/sipua run
// baresip's transfers and its lamp for messages. The scenarios of sipp lie in test/sip; its README says how the talk_*
// ones are told what to do.
package e2e
