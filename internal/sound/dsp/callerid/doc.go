// Package callerid says and reads who is calling on an analog line: by FSK data between the first ring and the
// second, or by DTMF keys before the first.
//
// A [Message] is what is said. [Encode] and [Decode] turn it into the octets of the two framings and back:
//
//	SDMF  04 length  month day hour minute number              checksum
//	MDMF  80 length  { type length value } …                   checksum
//
// A [Sender] turns octets into sound, a [Receiver] finds them in sound:
//
//	seizure 0101…        marks 111…     octets, each 0 b0 … b7 1      marks
//	250 ms (may lack)    ≥ 25 ms        1200 Bd
//
// Nothing in sound says beforehand that a message will come, and a line offers clicks, speech and music instead. So the
// receiver takes every octet it can read and believes only a run of them that is a message from its first octet to its
// checksum. It needs neither seizure nor a level to adapt to.
//
// DTMF caller ID is only a way of writing a number as keys: [DTMFKeys], [ParseDTMF]. The keys themselves are heard by
// dsp.DTMFReceiver.
//
// Sources: YDN 069-1997 (mainland China), ETSI EN 300 659-1 and -3, Bellcore GR-30-CORE, ITU-T V.23.
package callerid
